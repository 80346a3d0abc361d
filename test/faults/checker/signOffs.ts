import type { DatabaseState, EventRow, ReviewRow, VoteRow } from '../databaseState.ts';
import type { Operation } from '../history.ts';
import { isSigned } from '../load/signedStep.ts';
import {
  describe,
  keyOf,
  latestEffect,
  mayHaveHappened,
  ROUNDING_MS,
  type Rule,
  type Run,
  reviewsIn,
  succeeded,
} from './run.ts';
import { subjectDigestOf } from './subjects.ts';

/** How late a step of an escalation may be after the last fault. The service promises one second. */
const GRACE_MS = 3_000;

/** What may happen to a review in each state, and the state after it. */
const moves: Record<string, Record<string, string>> = {
  NEW: { REQUESTED: 'WAITING' },
  WAITING: {
    VOTED: 'WAITING',
    WITHDRAWN: 'WAITING',
    CLAIMED: 'WAITING',
    RELEASED: 'WAITING',
    REASSIGNED: 'WAITING',
    ESCALATED: 'WAITING',
    APPROVED: 'APPROVED',
    REJECTED: 'REJECTED',
    EXPIRED: 'REJECTED',
    CANCELLED: 'REJECTED',
  },
  // An approval that was used or is void can no longer be withdrawn.
  APPROVED: { WITHDRAWN: 'WAITING', PROCESSED: 'USED', VOIDED: 'VOID' },
  REJECTED: { WITHDRAWN: 'WAITING' },
  USED: { REPORTED: 'REPORTED' },
};

/**
 * A review that needs several approvals is approved by that many different eligible people. No vote
 * is lost, each step of an escalation happens once, one person at a time claims a review, and an
 * approval that was withdrawn is never used.
 */
export const signOffsAreKept: Rule = (run) => {
  const calls = Map.groupBy(
    run.operations.filter((operation) => isSigned(reviewOf(operation))),
    (operation) => keyOf(operation.owner, reviewOf(operation)),
  );
  const rows = run.database.reviews.filter(({ nodeExecId }) => isSigned(nodeExecId));
  return rows.flatMap((row) => {
    const events = run.eventsOf(row.owner, row.nodeExecId);
    const ofReview = calls.get(keyOf(row.owner, row.nodeExecId)) ?? [];
    return [
      ...wrongLife(row, events),
      ...wrongApproval(row, run.database),
      ...wrongVotes(row, events, ofReview),
      ...lostVotes(row, ofReview),
      ...wrongEscalation(row, events, run),
      ...wrongClaims(row, events, ofReview),
      ...wrongWithdrawals(row, events, ofReview),
      ...wrongOverrides(row, events, ofReview),
      ...wrongAnswers(row, events, ofReview),
    ].map((what) => `${row.nodeExecId} ${what}`);
  });
};

/** The review that an operation names; of several, the first. */
export const reviewOf = ({ input }: Operation): string =>
  input.nodeExecId ?? input.decisions?.[0]?.nodeExecId ?? input.nodeExecIds?.[0] ?? '';

const stands = ({ endedBy, decision }: Pick<VoteRow, 'endedBy' | 'decision'>): boolean =>
  endedBy === null && decision === 'APPROVE';

function wrongLife(row: ReviewRow, events: readonly EventRow[]): string[] {
  let state = 'NEW';
  for (const { kind, number } of events) {
    const next = moves[state]?.[kind];
    if (next === undefined) return [`was ${state} when event ${number} says ${kind}`];
    state = next;
  }
  const right =
    row.status !== 'APPROVED'
      ? row.status
      : row.outcome !== null
        ? 'REPORTED'
        : row.processed
          ? 'USED'
          : row.voidedAt !== null
            ? 'VOID'
            : 'APPROVED';
  return state === right ? [] : [`is ${right}, but its events end with ${state}`];
}

/** The people who count, each with the requirements that their approval counts for. */
function wrongApproval(row: ReviewRow, { teams }: DatabaseState): string[] {
  if (row.status !== 'APPROVED' || row.decisionSource !== 'REVIEWER') return [];
  const subject = subjectDigestOf(row);
  const steps = (row.escalation ?? []).slice(0, row.escalationsDone);
  const isIn = (actor: string, teamId: string) =>
    teams.some(
      (team) => team.owner === row.owner && team.teamId === teamId && team.actors.includes(actor),
    );
  const places = (row.approvalsRequired ?? []).flatMap(({ teamId, actors, count }) =>
    Array.from({ length: count }, () => (actor: string) => {
      const isAsked = teamId !== null ? isIn(actor, teamId) : (actors?.includes(actor) ?? true);
      return (
        isAsked ||
        steps.some(
          (step) => step.actors.includes(actor) || step.teamIds.some((id) => isIn(actor, id)),
        )
      );
    }),
  );
  const voters = new Set(
    (row.votes ?? [])
      .filter((vote) => stands(vote) && vote.subjectDigest === subject)
      .map(({ actor }) => actor)
      .filter(
        (actor) =>
          actor !== row.requestedBy &&
          !row.consumers.includes(actor) &&
          !row.reassignedBy.includes(actor),
      ),
  );
  /** Tries every assignment of people to places. */
  const fits = (at: number, left: ReadonlySet<string>): boolean => {
    const place = places[at];
    if (!place) return true;
    return [...left].some(
      (actor) => place(actor) && fits(at + 1, new Set([...left].filter((one) => one !== actor))),
    );
  };
  return fits(0, voters)
    ? []
    : [`is APPROVED by ${[...voters].join(' and ') || 'nobody'}, which does not suffice`];
}

/** Each vote comes from a call, and each event of a vote belongs to one. */
function wrongVotes(
  row: ReviewRow,
  events: readonly EventRow[],
  calls: readonly Operation[],
): string[] {
  const wrong: string[] = [];
  const votes = row.votes ?? [];
  const byMessage = new Map(calls.map((call) => [`operation ${call.id}`, call]));
  if (new Set(votes.map(({ message }) => message)).size < votes.length)
    wrong.push('counts a vote twice');
  for (const { actor, decision, subjectDigest, message, at } of votes) {
    const call = byMessage.get(message ?? '');
    const asked = call?.input.decisions?.[0];
    const time = Date.parse(at);
    const isRight =
      call?.actor === actor &&
      asked?.decision === decision &&
      mayHaveHappened(call) &&
      call.startedAt <= time + ROUNDING_MS &&
      latestEffect(call) >= time - ROUNDING_MS &&
      (asked.payload !== undefined || asked.subjectDigest === subjectDigest);
    if (!isRight) wrong.push(`has a vote by ${actor} without a matching call`);
  }
  const cast = events.filter(
    ({ kind, decisionSource }) =>
      kind === 'VOTED' ||
      ((kind === 'APPROVED' || kind === 'REJECTED') && decisionSource === 'REVIEWER'),
  );
  if (cast.length !== votes.length || cast.some(({ actor }, at) => actor !== votes[at]?.actor))
    wrong.push(`has ${votes.length} votes, but ${cast.length} events of votes`);
  return wrong;
}

/** Whoever was told that their vote counts has one. */
function lostVotes(row: ReviewRow, calls: readonly Operation[]): string[] {
  const mine = (actor: string, decision: string) =>
    (row.votes ?? []).some((vote) => vote.actor === actor && vote.decision === decision);
  return calls
    .filter((call) => call.name === 'decideReviews' && succeeded(call))
    .filter(({ actor, answer, input }) => {
      const told = answer?.reviews?.[0];
      // Somebody else may have completed the same decision before.
      const isOthers = told?.status !== 'WAITING' && told?.decidedBy !== actor;
      return !isOthers && !mine(actor, input.decisions[0].decision);
    })
    .map((call) => `has lost the vote of ${describe(call)}`);
}

function wrongEscalation(row: ReviewRow, events: readonly EventRow[], run: Run): string[] {
  const wrong: string[] = [];
  const steps = row.escalation ?? [];
  const taken = events.filter(({ kind }) => kind === 'ESCALATED');
  if (taken.length !== row.escalationsDone || taken.length > steps.length)
    wrong.push(`has ${taken.length} events of ${row.escalationsDone} steps of its escalation`);
  taken.forEach(({ at }, index) => {
    const dueAt = row.createdAt + (steps[index]?.afterMs ?? Number.POSITIVE_INFINITY);
    if (at < dueAt - ROUNDING_MS) wrong.push(`was escalated too early, in step ${index}`);
  });
  const next = steps[row.escalationsDone];
  if (
    row.status === 'WAITING' &&
    next &&
    row.createdAt + next.afterMs < run.database.readAt - GRACE_MS
  )
    wrong.push(`was not escalated, in step ${row.escalationsDone}`);
  return wrong;
}

/** A claim holds for ten minutes, which is longer than a review waits here. */
function wrongClaims(
  { createdAt }: ReviewRow,
  events: readonly EventRow[],
  calls: readonly Operation[],
): string[] {
  const wrong: string[] = [];
  let claimant: string | null = null;
  for (const { kind, actor, message, at, decisionSource } of events) {
    const isOver = at > createdAt + 600_000;
    if (kind === 'CLAIMED') {
      if (claimant !== null && !isOver) wrong.push(`was claimed by ${claimant} and by ${actor}`);
      claimant = actor;
    } else if (kind === 'RELEASED') {
      if (actor !== claimant) wrong.push(`was released by ${actor}, not by ${claimant}`);
      claimant = null;
    } else if (['APPROVED', 'REJECTED'].includes(kind) && decisionSource === 'REVIEWER') {
      const call = calls.find(({ id }) => message === `operation ${id}`);
      if (
        claimant !== null &&
        claimant !== actor &&
        !isOver &&
        !call?.input.decisions[0].despiteClaim
      )
        wrong.push(`was decided by ${actor} although ${claimant} had claimed it`);
    } else if (kind === 'WITHDRAWN') {
      // A decision that is withdrawn ends the claim; a vote does not, and is not seen here.
      const was = events.filter((event) => event.at < at).at(-1);
      if (was && was.status !== 'WAITING') claimant = null;
    }
  }
  for (const call of calls) {
    if (call.name !== 'claimReview' || !succeeded(call)) continue;
    if (call.answer?.review?.claimedBy !== call.actor)
      wrong.push(`was not claimed by ${describe(call)}`);
    const isKnown = events.some(({ kind, actor }) => kind === 'CLAIMED' && actor === call.actor);
    if (!isKnown) wrong.push(`has no event of the claim by ${call.actor}`);
  }
  return wrong;
}

/** Each withdrawal has an event, and no approval that was withdrawn is used. */
function wrongWithdrawals(
  row: ReviewRow,
  events: readonly EventRow[],
  calls: readonly Operation[],
): string[] {
  const wrong: string[] = [];
  const withdrawn = Map.groupBy(
    events.filter(({ kind }) => kind === 'WITHDRAWN'),
    ({ actor }) => actor,
  );
  const tried = Map.groupBy(
    calls.filter(({ name }) => name === 'withdrawDecision').filter(mayHaveHappened),
    ({ actor }) => actor,
  );
  for (const actor of new Set([...withdrawn.keys(), ...tried.keys()])) {
    const happened = withdrawn.get(actor)?.length ?? 0;
    const possible = tried.get(actor) ?? [];
    const certain = possible.filter(succeeded).length;
    if (happened < certain || happened > possible.length)
      wrong.push(
        `was withdrawn ${happened} times by ${actor}, not ${certain} to ${possible.length}`,
      );
  }
  const usedAt = events.findIndex(({ kind }) => kind === 'PROCESSED');
  const approval = events.slice(0, Math.max(usedAt, 0)).findLast(({ kind }) => kind !== 'CLAIMED');
  if (usedAt >= 0 && approval?.kind !== 'APPROVED') wrong.push('was used without an approval');
  for (const use of calls.filter(({ name }) => name === 'consumeReview').filter(succeeded)) {
    const told = use.answer?.review;
    if (told?.status !== 'APPROVED' || Date.parse(told.reviewedAt ?? '') !== row.reviewedAt)
      wrong.push(`was used by ${describe(use)} by an approval that was withdrawn`);
  }
  return wrong;
}

function wrongOverrides(
  row: ReviewRow,
  events: readonly EventRow[],
  calls: readonly Operation[],
): string[] {
  const overrides = calls.filter(({ name }) => name === 'overrideReview').filter(mayHaveHappened);
  const settled = events.filter(
    ({ decisionSource, kind }) =>
      decisionSource === 'OVERRIDE' && (kind === 'APPROVED' || kind === 'REJECTED'),
  );
  const certain = overrides.filter(succeeded).length > 0;
  return [
    ...settled
      .filter(({ actor }) => !overrides.some((call) => call.actor === actor))
      .map(({ actor }) => `was overridden by ${actor} without a call`),
    ...(certain && settled.length === 0 ? ['has no event of its override'] : []),
    ...(row.decisionSource === 'OVERRIDE' && settled.length === 0 ? ['has lost its override'] : []),
  ];
}

/** Whatever was told about a decision is in the history. */
function wrongAnswers(
  row: ReviewRow,
  events: readonly EventRow[],
  calls: readonly Operation[],
): string[] {
  const wrong: string[] = [];
  for (const call of calls) {
    for (const told of reviewsIn(call)) {
      const { status, decidedBy, votes = [], approvalsRequired = [], reviewedAt } = told;
      const standing = new Set(votes.filter(stands).map(({ actor }) => actor)).size;
      const required = approvalsRequired.reduce((sum, { count }) => sum + count, 0);
      const isByVotes = status === 'APPROVED' && told.decisionSource === 'REVIEWER';
      if (isByVotes && (required === 0 || standing < required))
        wrong.push(`was shown as approved by ${standing} of ${required} to ${describe(call)}`);
      if (status === 'WAITING') continue;
      const at = Date.parse(reviewedAt ?? '');
      const isKnown = events.some(
        (event) => event.status === status && Math.abs(event.at - at) <= ROUNDING_MS,
      );
      if (!isKnown)
        wrong.push(
          `was shown as ${status} by ${decidedBy} to ${describe(call)}, which has no event`,
        );
    }
  }
  if (row.approvalsRequired === null) wrong.push('has lost its requirements');
  return wrong;
}
