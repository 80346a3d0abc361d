import type { EventRow } from '../databaseState.ts';
import type { GoodRun } from '../goodRun.ts';
import type { Operation } from '../history.ts';
import {
  afterTheEnd,
  copy,
  type Doctoring,
  first,
  lifeOf,
  of,
  operations,
  row,
  seen,
} from './doctoring.ts';

/** The decisions about one review in all requests. */
const decisionsOf = (run: GoodRun, nodeExecId: string): { subjectDigest?: string }[] =>
  operations(run, 'decideReviews').flatMap(({ input }) =>
    input.decisions.filter(
      (decision: { nodeExecId: string }) => decision.nodeExecId === nodeExecId,
    ),
  );

/** Faults in decisions and outcomes. */
export const decisionDoctorings: Doctoring[] = [
  [
    'somebody was told another outcome',
    'every review has one outcome',
    (run) => {
      const review = first(run, 'consumeReview', 'edited').answer?.review;
      if (review) review.status = 'REJECTED';
    },
  ],
  [
    'two deciders were told that they had won',
    'every review has one outcome',
    (run) => {
      const loser = operations(run, 'decideReviews')[1] as Operation;
      loser.answer = { __typename: 'DecideReviewsPayload', reviews: loser.answer?.reviews ?? [] };
    },
  ],
  [
    'a subscriber was shown another outcome',
    'every review has one outcome',
    (run) => {
      const event = seen(run).find(({ nodeExecId }) => nodeExecId === 'rejected');
      if (event?.review) event.review.status = 'APPROVED';
    },
  ],
  [
    'a webhook told another outcome',
    'every review has one outcome',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'rejected');
      if (message?.review) message.review.status = 'APPROVED';
    },
  ],
  [
    'a review was settled twice',
    'every review has one outcome',
    (run) => {
      const [, settling] = lifeOf(run, 'rejected');
      run.database.events.push({
        ...(settling as EventRow),
        number: run.database.events.length + 1,
      });
    },
  ],
  [
    'a decider who was refused decided',
    'every review has one outcome',
    (run) => {
      row(run, 'edited').reviewMessage = `operation ${operations(run, 'decideReviews')[1]?.id}`;
    },
  ],
  [
    'a batch without an answer took effect in part',
    'every review has one outcome',
    (run) => {
      Object.assign(first(run, 'decideReviews'), { outcome: 'lost', answer: null });
      Object.assign(row(run, 'rejected'), {
        status: 'APPROVED',
        decisionSource: 'AUTO_APPROVAL',
        reviewMessage: null,
      });
    },
  ],
  [
    'an edit was dropped',
    'every review has one outcome',
    (run) => {
      row(run, 'edited').payload = { n: 1 };
    },
  ],
  [
    'somebody was told that a review waits after its outcome was answered',
    'every review has one outcome',
    (run) => {
      const [asked] = operations(run, 'requestReview');
      copy(run, asked as Operation, { startedAt: afterTheEnd, endedAt: afterTheEnd });
    },
  ],
  [
    'somebody was told that an approval can be used after it was told to be void',
    'every review has one outcome',
    (run) => {
      const last = operations(run, 'requestReview').filter(
        ({ input }) => input.nodeExecId === 'lapsed',
      )[1];
      const late = structuredClone(last?.answer) ?? null;
      Object.assign(late?.review ?? {}, { voidedAt: null });
      copy(run, last as Operation, { answer: late, startedAt: afterTheEnd, endedAt: afterTheEnd });
    },
  ],
  [
    'a subscriber was shown the outcome of a request that was deleted',
    'every review has one outcome',
    (run) => {
      const asked = first(run, 'requestReview', 'again').answer?.review;
      const event = seen(run).findLast(({ nodeExecId }) => nodeExecId === 'again');
      Object.assign(event?.review ?? {}, { createdAt: asked?.createdAt });
    },
  ],
  [
    'a deleted review has come back',
    'every review has one outcome',
    (run) => {
      const back = structuredClone(row(run, 'approved'));
      run.database.reviews.push({ ...back, nodeExecId: 'gone' });
    },
  ],
  [
    'a decision is in effect for a request that its reviewer did not see',
    'a decision is about what the reviewer saw',
    (run) => {
      const [stale, right] = decisionsOf(run, 'again');
      if (right && stale?.subjectDigest) right.subjectDigest = stale.subjectDigest;
    },
  ],
  [
    'a decision is in effect that does not say what it is about',
    'a decision is about what the reviewer saw',
    (run) => {
      const [, right] = decisionsOf(run, 'again');
      delete right?.subjectDigest;
    },
  ],
  [
    'a decision names what nobody was shown',
    'a decision is about what the reviewer saw',
    (run) => {
      const [, right] = decisionsOf(run, 'again');
      if (right) right.subjectDigest = 'sha256:something else';
    },
  ],
  [
    'what was asked has changed beneath a decision',
    'a decision is about what the reviewer saw',
    (run) => {
      row(run, 'approved').instructions = 'It is harmless.';
    },
  ],
  [
    'a new request under an id has the subject of the one before',
    'a decision is about what the reviewer saw',
    (run) => {
      const asks = operations(run, 'requestReview').filter(
        ({ input }) => input.nodeExecId === 'again',
      );
      const [before, after] = asks.map(({ answer }) => answer?.review);
      if (before && after) after.subjectDigest = before.subjectDigest;
    },
  ],
  [
    'a reviewer was told to have decided what is there, and had seen what was deleted',
    'a decision is about what the reviewer saw',
    (run) => {
      const [stale, right] = operations(run, 'decideReviews').filter(
        ({ input }) => input.decisions[0].nodeExecId === 'again',
      );
      if (stale) stale.answer = right?.answer ?? null;
    },
  ],
  [
    'a review waits beyond its time',
    'what expires is rejected, on time',
    (run) => {
      row(run, 'expired').status = 'WAITING';
    },
  ],
  [
    'a review was approved by time',
    'what expires is rejected, on time',
    (run) => {
      row(run, 'expired').status = 'APPROVED';
    },
  ],
  [
    'a review was decided after its time',
    'what expires is rejected, on time',
    (run) => {
      row(run, 'rejected').expiresAt = (row(run, 'rejected').reviewedAt ?? 0) - 5;
    },
  ],
  [
    'a review was rejected before its time',
    'what expires is rejected, on time',
    (run) => {
      row(run, 'expired').expiresAt = (row(run, 'expired').reviewedAt ?? 0) + 5;
    },
  ],
];
