import { setTimeout as pause } from 'node:timers/promises';
import { isDeepEdit } from '@holdpoint/client/json';
import { z } from 'zod';
import { namesFiles } from '../attachments/namedFiles.ts';
import { nameFiles } from '../attachments/nameFiles.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, type InputIssue, InvalidInputError, id, NotFoundError } from '../input.ts';
import { meets } from '../policy/condition.ts';
import type { Policy } from '../policy/policies.ts';
import { allowedDecisionsOf } from './allowedDecisions.ts';
import { answerProblems } from './answerSchema.ts';
import { type AutoApproval, autoApprovalIn } from './autoApproval.ts';
import { checkEdits, type Edit } from './checkEdits.ts';
import { type Counted, countVotes } from './countVotes.ts';
import {
  approvalPrefix,
  decide,
  decideOne,
  MAX_COMMENTS,
  MAX_REVISIONS,
} from './decideStatements.ts';
import { payloadDigest, subjectDigest } from './digests.ts';
import {
  NotEligibleError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
} from './errors.ts';
import { type EvaluatedEdits, evaluateEdits } from './evaluateEdits.ts';
import { expireReviewsOf } from './expireReviews.ts';
import {
  comment,
  condition,
  type DecisionName,
  decisionName,
  digest,
  edit,
  message,
  positiveCount,
} from './fields.ts';
import { digestOfStored, payloadOf, storedJson } from './payloads.ts';
import { subjectWith } from './policySubject.ts';
import { isParty, type Review, undecided } from './review.ts';
import { rejectionText } from './reviewResult.ts';
import type { ResolvedReviews, ReviewStore } from './reviewStore.ts';

const MAX_DECISIONS = 100;
const MAX_NEW_COMMENTS = 50;

const decideReviewsInput = z.object({
  decisions: z
    .array(
      z.object({
        nodeExecId: id,
        decision: decisionName,
        payload: edit,
        answer: edit,
        comments: z
          .array(comment)
          .max(MAX_NEW_COMMENTS, {
            error: ({ input }) =>
              `must contain at most ${MAX_NEW_COMMENTS} comments, not ${(input as unknown[]).length}`,
          })
          .nullish(),
        payloadDigest: digest.nullish(),
        subjectDigest: digest.nullish(),
        message,
        autoApproveFuture: z.boolean().nullish(),
        autoApproveWhen: condition,
        autoApproveMaxUses: positiveCount.nullish(),
        autoApproveUntil: z.date().nullish(),
        despiteClaim: z.boolean().nullish(),
        onBehalfOf: id.nullish(),
      }),
    )
    .min(1, 'must contain at least one decision')
    .max(MAX_DECISIONS, {
      error: ({ input }) =>
        `must contain at most ${MAX_DECISIONS} decisions, not ${(input as unknown[]).length}`,
    })
    .superRefine((decisions, { addIssue }) => {
      const seen = new Map<string, number>();
      decisions.forEach((given, index) => {
        const { nodeExecId } = given;
        for (const issue of misfits(given)) {
          addIssue({ code: 'custom', message: issue.message, path: [index, issue.field] });
        }
        const first = seen.get(nodeExecId);
        if (first === undefined) seen.set(nodeExecId, index);
        else {
          const text = `${nodeExecId} is already decided by decisions.${first}`;
          addIssue({ code: 'custom', message: text, path: [index, 'nodeExecId'] });
        }
      });
    }),
});

type Decision = z.output<typeof decideReviewsInput>['decisions'][number];

type Given = {
  decision: DecisionName;
  payload?: unknown;
  answer?: unknown;
  message: string | null;
  comments?: readonly unknown[] | null | undefined;
  autoApproveFuture?: boolean | null | undefined;
  autoApproveWhen: string | null;
  autoApproveMaxUses?: number | null | undefined;
  autoApproveUntil?: Date | null | undefined;
};

/** What does not go with a decision, or is missing from it. */
function* misfits(given: Given) {
  const { decision, payload, answer, message, comments } = given;
  if (decision === 'ANSWER' && answer === undefined) {
    yield { field: 'answer', message: 'is required with ANSWER' };
  }
  if (decision !== 'ANSWER' && answer !== undefined) {
    yield { field: 'answer', message: `only goes with ANSWER, not with ${decision}` };
  }
  if (payload !== undefined && (decision === 'ANSWER' || decision === 'REQUEST_CHANGES')) {
    yield { field: 'payload', message: `does not go with ${decision}` };
  }
  if (decision === 'REQUEST_CHANGES' && message === null && !comments?.length) {
    yield {
      field: 'message',
      message: 'is required with REQUEST_CHANGES, unless there is a comment',
    };
  }
  for (const field of ['autoApproveWhen', 'autoApproveMaxUses', 'autoApproveUntil'] as const) {
    if (given[field] == null || given.autoApproveFuture) continue;
    yield { field, message: 'needs autoApproveFuture: it bounds the standing approval' };
  }
  const { autoApproveUntil: until } = given;
  if (until && until.getTime() <= Date.now()) {
    const message = `must be in the future, not ${until.toISOString()}`;
    yield { field: 'autoApproveUntil', message };
  }
}

type Verdict =
  | 'MISSING'
  | 'OWN'
  | 'BARRED'
  | 'OVERDUE'
  | 'SUBJECT_REQUIRED'
  | 'UNREAD'
  | 'CHANGED'
  | 'NOT_ALLOWED'
  | 'RISKY_IN_BULK'
  | 'OVER_COMMENTED'
  | 'NOT_EDITABLE'
  | 'UNCHECKED'
  | 'CLAIMED'
  | 'NO_FUTURE'
  | 'UNEVALUATED'
  | 'UNTALLIED'
  | 'HAS_VOTED'
  | 'VOTES'
  | 'DECIDES'
  | 'REPEATS'
  | 'CONFLICT';
type Answer = Review & {
  askedId: string;
  verdict: Verdict;
  /** Whether the decision changes the payload. */
  isEdit: boolean;
  /** Of the payload before the decision. */
  digest: string | null;
  /** Whether votes are counted before the decision takes effect. */
  needsTally: boolean;
  /** Changes with every change of the row. */
  rowVersion: string;
};

/** What `decideOne` returns: `rowVersion` is null if the review was decided. */
type Open = Omit<Review, keyof typeof undecided> & { rowVersion: string | null };
/** A WAITING review that has requirements. */
type Ballot = Review & { rowVersion: string | null };

export type DecideReviewsPayload = {
  /** In the order of the decisions, including those that were already decided the same way. */
  reviews: Review[];
  autoApprovals: AutoApproval[];
  /** How many are approvals that count, while more are required. */
  votedCount: number;
};

/**
 * Approves or rejects one or more reviews, atomically. Of concurrent decisions on a review exactly
 * one wins. The others get the same result if they decide the same, and otherwise a conflict. If a
 * review requires several approvals, an approval is a vote, and the review is approved with the
 * vote that completes them.
 * @throws InvalidInputError, NotFoundError, SelfApprovalError, NotEligibleError,
 *   ReviewConflictError, ReviewNotEditableError
 */
export async function decideReviews(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<DecideReviewsPayload> {
  const { decisions } = checkInput(decideReviewsInput, rawInput);
  if (store.limits.requireSubjectDigest) requireSubjects(decisions, decisions);
  const [first] = decisions;
  let ballot: Ballot | undefined;
  const isPlain =
    decisions.length === 1 &&
    first &&
    (first.decision === 'APPROVE' || first.decision === 'REJECT') &&
    !(first.payload || first.autoApproveFuture || first.despiteClaim || first.onBehalfOf) &&
    !first.comments?.length;
  if (isPlain) {
    const values = [
      viewer.userId,
      first.nodeExecId,
      viewer.actor,
      statusOf(first),
      first.message,
      first.payloadDigest,
      first.subjectDigest,
      store.limits.approvalHours,
    ];
    const { userId } = viewer;
    const row = await store.database.share<Open>(decideOne, userId, first.nodeExecId, values);
    if (row?.rowVersion === null) {
      const decided = {
        ...{ ...row, ...undecided, wasEdited: false, decidedBy: viewer.actor },
        ...({ decisionSource: 'REVIEWER', reviewedAt: row.updatedAt } as const),
      };
      return announce(store, viewer, [decided], [decided], [], []);
    }
    ballot = row && { ...row, ...undecided };
  }

  const answers = await judge(store, viewer, decisions, ballot);
  const withVerdict = (...verdicts: Verdict[]) =>
    answers.filter(({ verdict }) => verdicts.includes(verdict));
  const missing = withVerdict('MISSING');
  if (missing.length > 0) throw new NotFoundError('Reviews', idsOf(missing));
  const own = withVerdict('OWN');
  if (own.length > 0) throw new SelfApprovalError(viewer.actor, idsOf(own));
  const barred = withVerdict('BARRED');
  if (barred.length > 0) throw new NotEligibleError(viewer.actor, idsOf(barred));
  requireSubjects(decisions, withVerdict('SUBJECT_REQUIRED'));
  const conflicts = withVerdict('CONFLICT', 'CHANGED', 'CLAIMED');
  if (conflicts.length > 0) {
    throw new ReviewConflictError(conflicts.map(conflictText).join('; '), conflicts);
  }
  const notEditable = withVerdict('NOT_EDITABLE');
  if (notEditable.length > 0) throw new ReviewNotEditableError(idsOf(notEditable));

  const unfit = withVerdict('NO_FUTURE', 'NOT_ALLOWED', 'RISKY_IN_BULK', 'OVER_COMMENTED');
  if (unfit.length > 0) throw new InvalidInputError(unfit.map(issueOf(decisions)));

  const voted = withVerdict('VOTES', 'HAS_VOTED');
  return announce(store, viewer, answers, withVerdict('DECIDES'), voted, approvalsIn(answers));
}

/** @throws InvalidInputError if the decision on one of these reviews has no `subjectDigest` */
function requireSubjects(
  decisions: readonly Decision[],
  reviews: readonly { nodeExecId: string }[],
): void {
  const needed = new Set(reviews.map(({ nodeExecId }) => nodeExecId));
  const issues = decisions.flatMap(({ nodeExecId, subjectDigest }, at) => {
    if (subjectDigest != null || !needed.has(nodeExecId)) return [];
    const path = `input.decisions.${at}.subjectDigest`;
    const message = `is required: send the subjectDigest of ${nodeExecId} that the reviewer saw`;
    return [{ path, message }];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

const issueOf =
  (decisions: readonly Decision[]) =>
  (answer: Answer): InputIssue => {
    const { nodeExecId, risk, revision, commentCount } = answer;
    const at = decisions.findIndex((other) => other.nodeExecId === nodeExecId);
    const issue = (field: string, message: string) => ({
      path: `input.decisions.${at}.${field}`,
      message,
    });
    switch (answer.verdict) {
      case 'NO_FUTURE':
        return issue(
          'autoApproveFuture',
          `must not be true, because ${nodeExecId} requires several approvals or has a high risk: one person cannot give a standing approval for it`,
        );
      case 'RISKY_IN_BULK':
        return issue('decision', `${nodeExecId} has the risk ${risk}: approve it on its own`);
      case 'OVER_COMMENTED':
        return issue(
          'comments',
          `are too many: ${nodeExecId} has ${commentCount} of at most ${MAX_COMMENTS} comments`,
        );
      default: {
        const { decision } = decisions[at] as Decision;
        const last = decision === 'REQUEST_CHANGES' && revision >= MAX_REVISIONS;
        const allowed = allowedDecisionsOf(answer).join(', ');
        return issue(
          'decision',
          last
            ? `must not be REQUEST_CHANGES: ${nodeExecId} is at its last revision, ${revision}`
            : `must be one that the agent of ${nodeExecId} can deal with: ${allowed}, not ${decision}`,
        );
      }
    }
  };

/** Notifies the feed and the metrics, after the commit. */
function announce(
  { notifyFeed, onResolved, onChanged }: ReviewStore,
  { userId }: Viewer,
  reviews: Review[],
  decided: readonly Review[],
  votes: readonly Answer[],
  autoApprovals: AutoApproval[],
): DecideReviewsPayload {
  const votedCount = votes.length;
  if (decided.length > 0 || votedCount > 0) notifyFeed(userId);
  const cast = votes.filter(({ verdict }) => verdict === 'VOTES').length;
  if (cast > 0) onChanged?.('voted', cast);
  for (const review of decided) onResolved?.(resolvedReview(review));
  return { reviews, autoApprovals, votedCount };
}

/** The rows may change between two attempts, as when many people vote on a review at once. */
const MAX_ATTEMPTS = 20;
const PAUSE_MS = 20;

/**
 * Runs `decide` until every verdict is final. Another attempt is needed to expire overdue reviews,
 * to compute the digest of a payload that was written directly in the database, to check an edit
 * and the condition of a standing approval against the payload, to evaluate an edit under the
 * policy, and to count votes.
 * @param ballot the only review, if its votes have to be counted first
 * @throws InvalidInputError, NotEligibleError
 */
async function judge(
  store: ReviewStore,
  viewer: Viewer,
  decisions: readonly Decision[],
  ballot?: Ballot,
): Promise<Answer[]> {
  const { userId, actor } = viewer;
  const { database, limits, policies } = store;
  let policy: Policy | null = null;
  let counted: Counted = { ballots: [], peopleVersion: null, until: null };
  if (ballot && isOpen(ballot, viewer, decisions[0])) {
    counted = await countVotes(database, viewer, decisions, [untallied(ballot)]);
  }
  let edited: EvaluatedEdits = { policyVersion: null, ballots: [] };
  const readAskIds: (string | null)[] = decisions.map(() => null);
  const readDigests: (string | null)[] = decisions.map(() => null);
  const files: (string[] | null)[] = decisions.map(() => null);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answers = await database.query<Answer>(decide, [
      userId,
      actor,
      decisions.map(({ nodeExecId }) => nodeExecId),
      decisions.map(statusOf),
      decisions.map(({ payload }) => payload?.text ?? null),
      decisions.map(({ payload }) => payload && payloadDigest(payload)),
      decisions.map(({ message }) => message),
      decisions.map(({ autoApproveFuture }) => autoApproveFuture ?? false),
      decisions.map((decision) => decision.payloadDigest),
      decisions.map(({ subjectDigest }) => subjectDigest),
      readAskIds,
      readDigests,
      limits.approvalHours,
      limits.standingApprovalHours,
      decisions.map(
        ({ payload }) => payload !== undefined && (isDeepEdit(payload.text) || namesFiles(payload)),
      ),
      decisions.map(({ onBehalfOf }) => onBehalfOf ?? null),
      decisions.map(({ despiteClaim }) => despiteClaim ?? false),
      decisions.map((_, at) => counted.ballots[at]?.rowVersion ?? null),
      decisions.map((_, at) => {
        const votes = counted.ballots[at]?.newVotes;
        return votes ? JSON.stringify(votes) : null;
      }),
      decisions.map((_, at) => counted.ballots[at]?.suffices ?? false),
      decisions.map((_, at) => counted.ballots[at]?.newAskId ?? null),
      counted.peopleVersion,
      counted.until,
      decisions.map(({ autoApproveWhen }) => autoApproveWhen),
      edited.policyVersion,
      decisions.map((_, at) => {
        const ballot = edited.ballots[at];
        return ballot ? JSON.stringify(ballot) : null;
      }),
      decisions.map(({ decision }) => decision),
      decisions.map(({ answer }) => answer?.text ?? null),
      decisions.map(({ comments }) => (comments?.length ? JSON.stringify(comments) : null)),
      decisions.map((_, at) => files[at]?.join() ?? null),
      decisions.map(({ autoApproveMaxUses }) => autoApproveMaxUses ?? null),
      decisions.map(({ autoApproveUntil }) => autoApproveUntil ?? null),
    ]);
    const has = (...verdicts: Verdict[]) =>
      answers.some(({ verdict }) => verdicts.includes(verdict));
    if (has('MISSING', 'OWN', 'BARRED', 'SUBJECT_REQUIRED')) return answers;

    const overdue = answers.filter(({ verdict }) => verdict === 'OVERDUE');
    if (overdue.length > 0) await expireReviewsOf(store, userId, idsOf(overdue));
    const isRefused = has(
      ...(['CONFLICT', 'CHANGED', 'CLAIMED', 'NOT_EDITABLE', 'NO_FUTURE'] as const),
      ...(['NOT_ALLOWED', 'RISKY_IN_BULK', 'OVER_COMMENTED'] as const),
    );
    const isFinal = isRefused || !has('UNCHECKED', 'UNEVALUATED', 'UNTALLIED');
    if (overdue.length === 0 && !has('UNREAD') && isFinal) return answers;
    // Of many voters who count at the same time one gets through. The others spread out.
    if (has('UNTALLIED') && attempt > 2) await pause(Math.random() * attempt * PAUSE_MS);
    if (has('UNEVALUATED')) policy = await policies.current(userId);
    if (policy) edited = evaluateEdits(policy, decisions, answers);
    if (has('UNTALLIED') || edited.ballots.some(Boolean)) {
      const ballots = answers.map((answer, at) => ({
        ...answer,
        ...(edited.ballots[at] && { ...edited.ballots[at], needsTally: true }),
      }));
      counted = await countVotes(database, viewer, decisions, ballots);
    }

    const edits: Edit[] = [];
    const unmet: InputIssue[] = [];
    for (const [at, answer] of answers.entries()) {
      if (answer.verdict !== 'UNREAD' && answer.verdict !== 'UNCHECKED') continue;
      const stored = await payloadOf(database, answer);
      if (stored === undefined) continue; // changed since; the next attempt reads it again
      readAskIds[at] = answer.askId;
      readDigests[at] = digestOfStored(stored);
      const { payload: edit, autoApproveWhen, answer: given } = decisions[at] as Decision;
      if (given && answer.answerSchema !== null) {
        const path = `input.decisions.${at}.answer`;
        for (const problem of await answerProblems(answer.answerSchema, given)) {
          const place = problem.path === '' ? path : `${path}.${problem.path}`;
          unmet.push({ path: place, message: problem.message });
        }
      }
      if (edit) {
        edits.push({ at, stored: storedJson(stored), edit });
        const path = `input.decisions.${at}.payload`;
        files[at] = await nameFiles(database, viewer, edit, path, answer.nodeExecId);
      }
      if (autoApproveWhen !== null) {
        const approved = subjectWith(answer, edit ?? storedJson(stored), new Date());
        if (!meets(autoApproveWhen, approved)) unmet.push(unmetIssue(at, autoApproveWhen));
      }
    }
    checkEdits(edits);
    if (unmet.length > 0) throw new InvalidInputError(unmet);
  }
  throw new Error('decideReviews: too many concurrent changes');
}

const unmetIssue = (at: number, condition: string): InputIssue => ({
  path: `input.decisions.${at}.autoApproveWhen`,
  message: `must be true for the step that is being approved, and ${JSON.stringify(condition.slice(0, 200))} is not`,
});

/** Whether counting votes may make this decision effective. If not, `decide` tells why. */
const isOpen = (ballot: Ballot, viewer: Viewer, decision: Decision | undefined): boolean =>
  ballot.status === 'WAITING' &&
  ballot.payloadDigest !== null &&
  !isParty(viewer, ballot) &&
  decision?.decision === 'APPROVE' &&
  decision.subjectDigest === subjectDigest({ ...ballot, payloadDigest: ballot.payloadDigest });

const untallied = (ballot: Ballot): Answer => ({
  ...ballot,
  askedId: ballot.nodeExecId,
  verdict: 'UNTALLIED',
  needsTally: true,
  isEdit: false,
  digest: ballot.payloadDigest,
  rowVersion: ballot.rowVersion ?? '',
});

const statuses = {
  APPROVE: 'APPROVED',
  REJECT: 'REJECTED',
  ANSWER: 'ANSWERED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
} as const;
const statusOf = ({ decision }: Decision) => statuses[decision];

const idsOf = (answers: Answer[]): string[] => answers.map(({ askedId }) => askedId);

function conflictText(answer: Answer): string {
  const { nodeExecId, status, decisionSource, wasEdited, decidedBy } = answer;
  if (answer.verdict === 'CLAIMED') {
    return `Review ${nodeExecId} is claimed by ${answer.claimedBy}. To decide it all the same, pass despiteClaim`;
  }
  if (answer.verdict === 'CHANGED') {
    return `Review ${nodeExecId} has changed since you read it, or the digest is wrong. Read it again, then decide`;
  }
  if (decisionSource === 'EXPIRY') return `Review ${nodeExecId} ${rejectionText(answer)}`;
  return `Review ${nodeExecId} is already ${status}${wasEdited ? ' with an edit' : ''} by ${decidedBy}`;
}

/** The standing approvals of the decisions, without duplicates. */
function approvalsIn(answers: Answer[]): AutoApproval[] {
  const approvals = new Map<string, AutoApproval>();
  for (const answer of answers) {
    const approval = autoApprovalIn(answer, approvalPrefix);
    if (!approval) continue;
    const { graphExecId, nodeId, graphId, graphVersion, requestedBy } = approval;
    const key = [graphExecId, nodeId, graphId, graphVersion, requestedBy];
    approvals.set(JSON.stringify(key), approval);
  }
  return [...approvals.values()];
}

/** A reviewer's decision, for metrics. */
function resolvedReview({ status, createdAt, reviewedAt }: Review): ResolvedReviews {
  return {
    source: 'REVIEWER',
    status: status as ResolvedReviews['status'],
    count: 1,
    ...(reviewedAt && { waitedMs: reviewedAt.getTime() - createdAt.getTime() }),
  };
}
