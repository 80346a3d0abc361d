import type { EventRow } from '../databaseState.ts';
import type { GoodRun } from '../goodRun.ts';
import type { Operation } from '../history.ts';
import {
  afterTheEnd,
  type Corruption,
  copy,
  first,
  lifeOf,
  of,
  operations,
  row,
  seen,
} from './corruption.ts';

/** The decisions about one review in all requests. */
const decisionsOf = (run: GoodRun, nodeExecId: string): { subjectDigest?: string }[] =>
  operations(run, 'decideReviews').flatMap(({ input }) =>
    input.decisions.filter(
      (decision: { nodeExecId: string }) => decision.nodeExecId === nodeExecId,
    ),
  );

/** Violations in decisions and outcomes. */
export const decisionCorruptions: Corruption[] = [
  [
    'a caller was told a different outcome',
    'every review has one outcome',
    (run) => {
      const review = first(run, 'consumeReview', 'edited').answer?.review;
      if (review) review.status = 'REJECTED';
    },
  ],
  [
    'two reviewers were told that their decision took effect',
    'every review has one outcome',
    (run) => {
      const loser = operations(run, 'decideReviews')[1] as Operation;
      loser.answer = { __typename: 'DecideReviewsPayload', reviews: loser.answer?.reviews ?? [] };
    },
  ],
  [
    'a subscriber received a different outcome',
    'every review has one outcome',
    (run) => {
      const event = seen(run).find(({ nodeExecId }) => nodeExecId === 'rejected');
      if (event?.review) event.review.status = 'APPROVED';
    },
  ],
  [
    'a webhook message contained a different outcome',
    'every review has one outcome',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'rejected');
      if (message?.review) message.review.status = 'APPROVED';
    },
  ],
  [
    'a review was decided twice',
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
    'a rejected decision took effect',
    'every review has one outcome',
    (run) => {
      row(run, 'edited').reviewMessage = `operation ${operations(run, 'decideReviews')[1]?.id}`;
    },
  ],
  [
    'an unanswered batch took effect partially',
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
    'an edit was lost',
    'every review has one outcome',
    (run) => {
      row(run, 'edited').payload = { n: 1 };
    },
  ],
  [
    'a review was shown as waiting after its outcome was returned',
    'every review has one outcome',
    (run) => {
      const [asked] = operations(run, 'requestReview');
      copy(run, asked as Operation, { startedAt: afterTheEnd, endedAt: afterTheEnd });
    },
  ],
  [
    'an approval was shown as valid after it was shown as void',
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
    'a subscriber received an outcome for a deleted request',
    'every review has one outcome',
    (run) => {
      const asked = first(run, 'requestReview', 'again').answer?.review;
      const event = seen(run).findLast(({ nodeExecId }) => nodeExecId === 'again');
      Object.assign(event?.review ?? {}, { createdAt: asked?.createdAt });
    },
  ],
  [
    'a deleted review came back',
    'every review has one outcome',
    (run) => {
      const back = structuredClone(row(run, 'approved'));
      run.database.reviews.push({ ...back, nodeExecId: 'gone' });
    },
  ],
  [
    'a decision took effect for a request that the reviewer did not see',
    'a decision is about what the reviewer saw',
    (run) => {
      const [stale, right] = decisionsOf(run, 'again');
      if (right && stale?.subjectDigest) right.subjectDigest = stale.subjectDigest;
    },
  ],
  [
    'a decision without a subject digest took effect',
    'a decision is about what the reviewer saw',
    (run) => {
      const [, right] = decisionsOf(run, 'again');
      delete right?.subjectDigest;
    },
  ],
  [
    'a decision names a subject that was never shown',
    'a decision is about what the reviewer saw',
    (run) => {
      const [, right] = decisionsOf(run, 'again');
      if (right) right.subjectDigest = 'sha256:something else';
    },
  ],
  [
    'a request changed after its reviewer saw it',
    'a decision is about what the reviewer saw',
    (run) => {
      row(run, 'approved').instructions = 'It is harmless.';
    },
  ],
  [
    'a new request has the subject digest of an earlier one with the same id',
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
    'a reviewer who saw a deleted request was told that the new one is decided',
    'a decision is about what the reviewer saw',
    (run) => {
      const [stale, right] = operations(run, 'decideReviews').filter(
        ({ input }) => input.decisions[0].nodeExecId === 'again',
      );
      if (stale) stale.answer = right?.answer ?? null;
    },
  ],
  [
    'a review waits past its expiry',
    'expired reviews are rejected on time',
    (run) => {
      row(run, 'expired').status = 'WAITING';
    },
  ],
  [
    'a review was approved by expiry',
    'expired reviews are rejected on time',
    (run) => {
      row(run, 'expired').status = 'APPROVED';
    },
  ],
  [
    'a review was decided after its expiry',
    'expired reviews are rejected on time',
    (run) => {
      row(run, 'rejected').expiresAt = (row(run, 'rejected').reviewedAt ?? 0) - 5;
    },
  ],
  [
    'a review expired too early',
    'expired reviews are rejected on time',
    (run) => {
      row(run, 'expired').expiresAt = (row(run, 'expired').reviewedAt ?? 0) + 5;
    },
  ],
];
