import type { JsonText } from '@holdpoint/client/json';
import { GraphQLError } from 'graphql';
import { digestOfStored, type Payloads, storedJson } from '../reviews/payloads.ts';
import type { AnyReview } from '../reviews/review.ts';
import type { Context } from './context.ts';

// Where the fields of a review get its payloads from: small ones came with the review, large ones are read now, once the
// answer's budget has room for them.

export const payloadIn = (review: AnyReview, context: Context): JsonText | Promise<JsonText> =>
  withPayloads(review, context, ({ payload }) => storedJson(payload));

export const originalPayloadIn = (
  review: AnyReview,
  context: Context,
): JsonText | Promise<JsonText> =>
  withPayloads(review, context, ({ payload, originalPayload }) =>
    storedJson(originalPayload ?? payload),
  );

/** Computed where the row has none: somebody wrote it, or its payload, by hand. */
export const payloadDigestIn = (review: AnyReview, context: Context): string | Promise<string> =>
  review.payloadDigest ?? withPayloads(review, context, ({ payload }) => digestOfStored(payload));

/**
 * @throws GraphQLError where the answer would become too large, or the review was deleted or its payload changed since it
 * was read
 */
export function withPayloads<Result>(
  review: AnyReview,
  { budget, loaders }: Context,
  use: (payloads: Payloads) => Result,
): Result | Promise<Result> {
  budget.spend(review.payloadBytes);
  const { nodeExecId, askId, payload, originalPayload = null } = review;
  if (payload != null) return use({ payload, originalPayload });
  return loaders.payloads.load({ nodeExecId, askId }).then((payloads) => {
    if (payloads) return use(payloads);
    throw new GraphQLError(
      `${nodeExecId} was changed or deleted while it was read: read it again`,
      { extensions: { code: 'REVIEW_CHANGED' } },
    );
  });
}
