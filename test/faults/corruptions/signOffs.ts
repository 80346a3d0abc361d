import type { EventRow, VoteRow } from '../databaseState.ts';
import type { GoodRun } from '../goodRun.ts';
import { type Corruption, drop, first, lifeOf, operations, row } from './corruption.ts';

const promise = 'several approvals are by as many eligible people' as const;

/** The votes of the review whose approval was withdrawn and given again. */
const votes = (run: GoodRun): VoteRow[] => row(run, 'signed-withdrawn').votes ?? [];

/** Adds an event after another one of the same review. */
function insert(run: GoodRun, after: EventRow | undefined, change: Partial<EventRow>): void {
  const at = run.database.events.indexOf(after as EventRow) + 1;
  run.database.events.splice(at, 0, { ...(after as EventRow), ...change });
}

const remove = (run: GoodRun, nodeExecId: string, kind: string): void => {
  const [gone] = lifeOf(run, nodeExecId, kind);
  run.database.events = run.database.events.filter((event) => event !== gone);
};

/** Violations in reviews that need several approvals. */
export const signOffCorruptions: Corruption[] = [
  ['one vote was enough', promise, (run) => void votes(run).splice(2, 1)],
  [
    'a review was approved by people who are not in the team',
    promise,
    (run) => {
      run.database.teams = [];
    },
  ],
  [
    'the requester counted',
    promise,
    (run) => {
      row(run, 'signed-withdrawn').requestedBy = 'reviewer-0';
    },
  ],
  [
    'whoever reassigned the review counted',
    promise,
    (run) => void row(run, 'signed-withdrawn').reassignedBy.push('reviewer-2'),
  ],
  [
    'votes that had ended counted',
    promise,
    (run) => {
      for (const vote of votes(run)) vote.endedBy = 'WITHDRAWN';
    },
  ],
  [
    'votes on another subject counted',
    promise,
    (run) => {
      row(run, 'signed-withdrawn').askId = 'another';
    },
  ],
  [
    'one person counted twice',
    promise,
    (run) => {
      const last = votes(run).at(-1);
      if (last) last.actor = 'reviewer-2';
    },
  ],
  ['a vote was lost', promise, (run) => void votes(run).shift()],
  [
    'a vote was counted twice',
    promise,
    (run) => void votes(run).push(structuredClone(votes(run)[0] as VoteRow)),
  ],
  [
    'a vote came from nowhere',
    promise,
    (run) =>
      drop(run, ...operations(run, 'decideReviews').filter(({ actor }) => actor === 'reviewer-2')),
  ],
  ['the event of a vote is missing', promise, (run) => remove(run, 'signed-withdrawn', 'VOTED')],
  [
    'a step of an escalation happened twice',
    promise,
    (run) => insert(run, lifeOf(run, 'signed-late', 'ESCALATED')[0], {}),
  ],
  [
    'a step of an escalation did not happen',
    promise,
    (run) => {
      remove(run, 'signed-late', 'ESCALATED');
      row(run, 'signed-late').escalationsDone = 0;
      row(run, 'signed-late').status = 'WAITING';
    },
  ],
  [
    'a review was escalated too early',
    promise,
    (run) => {
      for (const event of lifeOf(run, 'signed-late', 'ESCALATED')) event.at -= 1_000;
    },
  ],
  [
    'a review was escalated after its decision',
    promise,
    (run) => {
      insert(run, lifeOf(run, 'signed-overridden', 'APPROVED')[0], { kind: 'ESCALATED' });
      row(run, 'signed-overridden').escalationsDone = 1;
    },
  ],
  [
    'two people had claimed a review',
    promise,
    (run) => remove(run, 'signed-withdrawn', 'RELEASED'),
  ],
  [
    'somebody was told that they had claimed what others had',
    promise,
    (run) => {
      const { review } = first(run, 'claimReview', 'signed-withdrawn').answer ?? {};
      if (review) review.claimedBy = 'reviewer-1';
    },
  ],
  [
    'an approval was used after it was withdrawn',
    promise,
    (run) => {
      const approvals = lifeOf(run, 'signed-withdrawn', 'APPROVED');
      run.database.events = run.database.events.filter((event) => event !== approvals[1]);
    },
  ],
  [
    'a caller got an approval that was withdrawn',
    promise,
    (run) => {
      const [old] = lifeOf(run, 'signed-withdrawn', 'APPROVED');
      const { review } = first(run, 'consumeReview', 'signed-withdrawn').answer ?? {};
      if (review) review.reviewedAt = new Date(old?.at ?? 0).toISOString();
    },
  ],
  [
    'a withdrawal that was answered did not happen',
    promise,
    (run) => remove(run, 'signed-withdrawn', 'WITHDRAWN'),
  ],
  [
    'an approval was withdrawn after its use',
    promise,
    (run) => insert(run, lifeOf(run, 'signed-overridden', 'PROCESSED')[0], { kind: 'WITHDRAWN' }),
  ],
  [
    'a review was overridden without a call',
    promise,
    (run) => drop(run, first(run, 'overrideReview', 'signed-overridden')),
  ],
  [
    'a reviewer was told that half of the approvals suffice',
    promise,
    (run) => {
      const told = operations(run, 'decideReviews').filter(
        ({ input }) => input.decisions[0].nodeExecId === 'signed-withdrawn',
      )[0]?.answer?.reviews?.[0];
      Object.assign(told ?? {}, { status: 'APPROVED', decisionSource: 'REVIEWER' });
    },
  ],
  [
    'a review lost its requirements',
    promise,
    (run) => {
      row(run, 'signed-overridden').approvalsRequired = null;
    },
  ],
];
