import { setTimeout as pause } from 'node:timers/promises';
import type { JsonText } from '@holdpoint/client/json';
import { z } from 'zod';
import { nameFiles } from '../attachments/nameFiles.ts';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id } from '../input.ts';
import { escalation } from '../people/escalation.ts';
import { checkPossible } from '../people/possible.ts';
import { actorsOf, approvalsRequired, teamsOf } from '../people/requirement.ts';
import { meets } from '../policy/condition.ts';
import { nowOf, type Policy } from '../policy/policies.ts';
import type { Subject } from '../policy/subject.ts';
import type { StoredVerdict } from '../policy/verdict.ts';
import { schemaProblems } from './answerSchema.ts';
import { type AskValues, ask, askAllValues, askNew, askNewValues } from './askStatements.ts';
import { autoApprovalMessage } from './autoApproval.ts';
import { isSynthetic, nodeIdOfSynthetic } from './copilotIds.ts';
import { payloadDigest } from './digests.ts';
import { ExecutionEndedError, ReviewConflictError } from './errors.ts';
import { hasEnded } from './execution.ts';
import { expireReviewsOf } from './expireReviews.ts';
import {
  allowedDecisions,
  canonicalJson,
  consumers,
  type DecisionName,
  graphVersion,
  headline,
  instructions,
  kind,
  links,
  optionalJson,
  payload,
  risk,
  tags,
} from './fields.ts';
import { type PolicyOutcome, policyOutcome } from './policyOutcome.ts';
import { subjectOf } from './policySubject.ts';
import { INLINE_BYTES, type Review, undecided } from './review.ts';
import { type RequestState, type ReviewResult, resultOf, stateOf } from './reviewResult.ts';
import { automaticHours, type ReviewLimits, type ReviewStore } from './reviewStore.ts';
import { defaultInstructions } from './typedApproval.ts';

const requestReviewInput = z
  .object({
    nodeExecId: id,
    graphExecId: id,
    graphId: id,
    graphVersion,
    nodeId: id.nullish(),
    payload,
    instructions,
    editable: z
      .boolean()
      .nullish()
      .transform((value) => value ?? true),
    consumers,
    headline,
    risk,
    tags,
    kind,
    reversible: z
      .boolean()
      .nullish()
      .transform((value) => value ?? null),
    links,
    answerSchema: optionalJson,
    allowedDecisions,
    approvalsRequired,
    escalation,
    expiresAt: z
      .date()
      .nullish()
      .transform((value) => value ?? null),
  })
  .transform((input, { addIssue }) => {
    const { nodeExecId, nodeId } = input;
    const parsed = isSynthetic(nodeExecId) ? nodeIdOfSynthetic(nodeExecId) : null;
    if (parsed !== null && nodeId != null && nodeId !== parsed) {
      const message = `must be ${parsed}, as in ${nodeExecId}, or absent, not ${nodeId}`;
      addIssue({ code: 'custom', message, path: ['nodeId'] });
    }
    for (const { path, message } of questionIssues(input)) {
      addIssue({ code: 'custom', message, path: [path] });
    }
    return { ...input, nodeId: parsed ?? nodeId ?? nodeExecId };
  });

type Input = z.output<typeof requestReviewInput>;

type Asked = {
  kind: 'ACTION' | 'QUESTION';
  answerSchema: JsonText | null;
  allowedDecisions: DecisionName[];
};

function* questionIssues({ kind, answerSchema, allowedDecisions }: Asked) {
  if (kind === 'ACTION' && answerSchema) {
    yield { path: 'answerSchema', message: 'only goes with the kind QUESTION' };
  }
  if (kind === 'QUESTION' && !answerSchema) {
    yield { path: 'answerSchema', message: 'is required with the kind QUESTION' };
  }
  const impossible = kind === 'ACTION' ? 'ANSWER' : 'APPROVE';
  if (allowedDecisions.includes(impossible)) {
    const message = `must not contain ${impossible} with the kind ${kind}`;
    yield { path: 'allowedDecisions', message };
  }
}

/** @throws InvalidInputError */
async function checkAnswerSchema(schema: JsonText): Promise<void> {
  const problems = await schemaProblems(schema);
  if (problems.length === 0) return;
  throw new InvalidInputError(
    problems.map(({ path, message }) => ({
      path: path === '' ? 'input.answerSchema' : `input.answerSchema.${path}`,
      message,
    })),
  );
}

const isKnown = statement(
  'isReviewKnown',
  `SELECT 1 FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2`,
);

/** A statement that lost a race sees the winner's rows when it runs again. */
const MAX_ATTEMPTS = 10;

type Answer = Review & {
  executionStatus: ExecutionStatus | null;
  stoppedBy: string | null;
  hasChanges: boolean;
  isNew: boolean;
  /** Conditions of standing approvals that have to be checked. */
  unchecked: string[];
  isCurrentPolicy: boolean;
  isStandingApprovalActive: boolean;
  isExpiryAllowed: boolean;
  now: Date;
  overdue: boolean | null;
};

/** `result` is null unless the review is decided and its outcome can still be used. */
export type RequestReviewPayload = {
  review: Review;
  result: ReviewResult | null;
  state: RequestState;
};

/**
 * Requests a review, or returns the outcome if it is decided. A standing approval that applies
 * decides it at once. Repeated and concurrent requests with the same ID create nothing and change
 * nothing.
 * @throws InvalidInputError; ExecutionEndedError; QuotaExceededError; ReviewConflictError if the ID
 *   belongs to a request of another actor, or for another run, workflow, version or step
 */
export async function requestReview(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<RequestReviewPayload> {
  const { database, notifyFeed, limits, policies } = store;
  const { userId } = viewer;
  const input = checkInput(requestReviewInput, rawInput);
  if (input.answerSchema) await checkAnswerSchema(input.answerSchema);
  input.instructions ??= defaultInstructions(input.payload);
  await checkQuotas(store, viewer, input);
  if (input.approvalsRequired || input.escalation) await checkRequirements(store, viewer, input);

  const files = await filesOf(store, viewer, input);

  let policy = await policies.recent(userId);
  let outcome = policyOutcome(policy, viewer, input);
  let values = valuesOf(viewer, input, files, limits, policy, outcome);
  const inserted = files.refusal
    ? undefined
    : await database.share<Inserted>(askNew, userId, input.nodeExecId, askNewValues(values));
  if (inserted) {
    notifyFeed(userId);
    const review = newReview(viewer, input, policy, outcome, inserted);
    announce(store, review);
    return { review, result: resultOf(review), state: stateOf(review) };
  }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [answer] = await database.query<Answer>(ask, askAllValues(values));
    if (answer === undefined) break;
    if (answer.hasChanges) notifyFeed(userId);
    const review = answer.nodeExecId === null ? null : answer;
    if (review && answer.hasChanges) announce(store, review, answer.isNew);

    if (review) checkSameRequest(viewer, input, review);
    if (answer.executionStatus && hasEnded(answer.executionStatus)) {
      throw new ExecutionEndedError(input.graphExecId, answer.executionStatus, answer.stoppedBy);
    }
    if (review && answer.overdue) {
      await expireReviewsOf(store, userId, [review.nodeExecId]);
      continue;
    }
    const isUndecided = review === null || (review.status === 'WAITING' && attempt < MAX_ATTEMPTS);
    if (isUndecided && answer.unchecked.length > 0) {
      const subject = review
        ? await subjectOf(database, review, nowOf(policy))
        : newSubject(viewer, input, nowOf(policy));
      if (subject === undefined) continue; // deleted or changed since it was read
      values = {
        ...values,
        checkedConditions: answer.unchecked,
        metConditions: answer.unchecked.filter((condition) => meets(condition, subject)),
        checkedAskId: review?.askId ?? null,
      };
      continue;
    }
    if (review) {
      // A standing approval applies, but somebody is deciding the review at this moment.
      if (isUndecided && answer.isStandingApprovalActive) continue;
      return { review, result: resultOf(review), state: stateOf(review) };
    }
    if (files.refusal) throw files.refusal;
    if (!answer.isExpiryAllowed && input.expiresAt) {
      throw new InvalidInputError([
        { path: 'input.expiresAt', message: badExpiryText(input.expiresAt, answer.now, limits) },
      ]);
    }
    if (!answer.isCurrentPolicy) {
      policy = await policies.current(userId);
      outcome = policyOutcome(policy, viewer, input);
      values = valuesOf(viewer, input, files, limits, policy, outcome);
      continue;
    }
    // Another request created the run or the review in the meantime. The next attempt sees it.
    await pause(attempt);
  }
  throw new Error(`requestReview(${input.nodeExecId}): too many concurrent changes`);
}

function valuesOf(
  viewer: Viewer,
  input: Input,
  files: Files,
  limits: ReviewLimits,
  policy: Policy,
  outcome: PolicyOutcome,
): AskValues {
  const { approvalsRequired, escalation, verdict } = outcome;
  return {
    userId: viewer.userId,
    nodeExecId: input.nodeExecId,
    graphExecId: input.graphExecId,
    graphId: input.graphId,
    graphVersion: input.graphVersion,
    nodeId: input.nodeId,
    payload: input.payload.text,
    payloadDigest: payloadDigest(input.payload),
    instructions: input.instructions,
    editable: input.editable,
    requestedBy: viewer.actor,
    consumers: input.consumers,
    headline: input.headline,
    risk: outcome.risk,
    tags: input.tags,
    kind: input.kind,
    reversible: input.reversible,
    links: input.links,
    answerSchema: input.answerSchema && canonicalJson(input.answerSchema),
    allowedDecisions: input.allowedDecisions,
    attachments: files.digests,
    expiresAt: input.expiresAt,
    expiresByDefaultMs: limits.expiresByDefault ?? limits.expiresAtMost,
    expiresAtMostMs: limits.expiresAtMost,
    expiresAfterMs: outcome.expiresAfterMs,
    approvalsRequired: approvalsRequired && JSON.stringify(approvalsRequired),
    approverTeams: approvalsRequired ? teamsOf(approvalsRequired) : [],
    approverActors: approvalsRequired ? actorsOf(approvalsRequired) : [],
    escalation: escalation && JSON.stringify(escalation),
    firstEscalationMs: escalation?.[0]?.afterMs ?? null,
    policyVersion: policy.version,
    policyVerdict: verdict && JSON.stringify(verdict),
    status: outcome.status,
    decidedBy: outcome.decidedBy,
    message: outcome.message,
    automaticHours: automaticHours(limits),
    autoApprovalMessage,
    checkedConditions: [],
    metConditions: [],
    checkedAskId: null,
    isRefused: files.refusal !== null,
  };
}

/** Tells the metrics, after the commit. */
function announce(store: ReviewStore, review: Review, isNew = true): void {
  const { decisionSource, status, policyVerdict } = review;
  if (decisionSource !== null && status !== 'WAITING') {
    store.onResolved?.({ source: decisionSource, status, count: 1 });
  }
  if (isNew && policyVerdict) store.onVerdict?.(policyVerdict as StoredVerdict);
}

/**
 * Refuses a new review if the workspace has used up a quota. A request that is repeated gets its
 * answer.
 * @throws QuotaExceededError
 */
async function checkQuotas(
  { quotas, database }: ReviewStore,
  { userId }: Viewer,
  { nodeExecId }: Input,
): Promise<void> {
  const exceeded = quotas?.check(userId);
  if (!exceeded) return;
  const known = await database.query(isKnown, [userId, nodeExecId]);
  if (known.length > 0) return;
  quotas?.refused(exceeded);
  throw exceeded;
}

/**
 * Refuses a new review whose requirements cannot be met. A request that is repeated gets its answer:
 * its people may have changed since it was made.
 * @throws InvalidInputError
 */
async function checkRequirements(
  { database }: ReviewStore,
  viewer: Viewer,
  input: Input,
): Promise<void> {
  try {
    await checkPossible(database, viewer, input);
  } catch (error) {
    const known = await database.query(isKnown, [viewer.userId, input.nodeExecId]);
    if (known.length === 0) throw error;
  }
}

type Files = { digests: string[] | null; refusal: InvalidInputError | null };

/**
 * The files that the payload names, and why a new review cannot name them. A request that is
 * repeated gets its answer.
 */
async function filesOf({ database }: ReviewStore, viewer: Viewer, input: Input): Promise<Files> {
  try {
    const digests = await nameFiles(database, viewer, input.payload, 'input.payload');
    return { digests, refusal: null };
  } catch (error) {
    if (error instanceof InvalidInputError) return { digests: null, refusal: error };
    throw error;
  }
}

/** @throws ReviewConflictError if the review belongs to a different request with the same ID */
function checkSameRequest({ actor }: Viewer, input: Input, review: Review): void {
  if (review.requestedBy !== actor) {
    const text = `${input.nodeExecId} is the ID of another actor's request. Choose another ID`;
    throw new ReviewConflictError(text, []);
  }
  const fields = [
    ['graphExecId', 'run'],
    ['graphId', 'workflow'],
    ['graphVersion', 'workflow version'],
    ['nodeId', 'step'],
  ] as const;
  for (const [field, name] of fields) {
    if (review[field] === input[field]) continue;
    const text = `Review ${review.nodeExecId} was requested for ${name} ${review[field]}, not ${input[field]}. Choose another ID`;
    throw new ReviewConflictError(text, [review]);
  }
}

function badExpiryText(expiresAt: Date, now: Date, { expiresAtMost }: ReviewLimits): string {
  if (expiresAt <= now || expiresAtMost === null) {
    return `must be in the future (the server time is ${now.toISOString()}), not ${expiresAt.toISOString()}`;
  }
  const latest = new Date(now.getTime() + expiresAtMost);
  return `must be ${latest.toISOString()} or earlier (HOLDPOINT_REVIEW_MAX_EXPIRES), not ${expiresAt.toISOString()}`;
}

type Inserted = Pick<Review, 'askId' | 'createdAt' | 'expiresAt' | 'reviewedAt'>;

/** The row that was just inserted. */
function newReview(
  viewer: Viewer,
  input: Input,
  policy: Policy,
  outcome: PolicyOutcome,
  inserted: Inserted,
): Review {
  const { text } = input.payload;
  const isDecided = outcome.status !== 'WAITING';
  return {
    ...undecided,
    userId: viewer.userId,
    nodeExecId: input.nodeExecId,
    graphExecId: input.graphExecId,
    graphId: input.graphId,
    graphVersion: input.graphVersion,
    nodeId: input.nodeId,
    payload: text,
    originalPayload: null,
    payloadBytes: text.length <= INLINE_BYTES ? text.length : Buffer.byteLength(text),
    instructions: input.instructions,
    editable: input.editable,
    askId: inserted.askId,
    status: outcome.status,
    reviewMessage: outcome.message,
    wasEdited: isDecided ? false : null,
    requestedBy: viewer.actor,
    consumers: input.consumers,
    decidedBy: outcome.decidedBy,
    decisionSource: isDecided ? 'POLICY' : null,
    createdAt: inserted.createdAt,
    updatedAt: inserted.createdAt,
    reviewedAt: inserted.reviewedAt,
    payloadDigest: payloadDigest(input.payload),
    expiresAt: inserted.expiresAt,
    approvalsRequired: outcome.approvalsRequired,
    votes: null,
    escalation: outcome.escalation,
    escalationsDone: 0,
    escalatedAt: null,
    reassignedBy: [],
    claimedBy: null,
    claimedUntil: null,
    headline: input.headline,
    risk: outcome.risk,
    tags: input.tags,
    policyVersion: policy.version || null,
    policyVerdict: outcome.verdict,
    kind: input.kind,
    reversible: input.reversible,
    links: input.links,
    answerSchema: input.answerSchema && canonicalJson(input.answerSchema),
    allowedDecisions: input.allowedDecisions,
    revision: 1,
    revisionNote: null,
    revisedAt: null,
    commentCount: 0,
  };
}

/** A new request as the conditions of standing approvals see it. */
const newSubject = ({ actor }: Viewer, input: Input, now: Date): Subject => ({
  ...input,
  requestedBy: actor,
  now,
});
