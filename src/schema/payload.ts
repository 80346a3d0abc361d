import type { JsonText } from '@holdpoint/client/json';
import { GraphQLError } from 'graphql';
import { digestOfStored, type Payloads, storedJson } from '../reviews/payloads.ts';
import type { AnyReview } from '../reviews/review.ts';
import { charged } from './answerBudget.ts';
import type { Context } from './context.ts';

// Small payloads are read together with their review. Large ones are read here, once the response's
// budget has room for them.

export const payloadIn = (review: AnyReview, context: Context): JsonText | Promise<JsonText> =>
  withPayloads(review, context, ({ payload }) => storedJson(payload));

export const originalPayloadIn = (
  review: AnyReview,
  context: Context,
): JsonText | Promise<JsonText> =>
  withPayloads(review, context, ({ payload, originalPayload }) =>
    storedJson(originalPayload ?? payload),
  );

/** The stored digest; computed if the payload was written directly in the database. */
export const payloadDigestIn = (review: AnyReview, context: Context): string | Promise<string> =>
  review.payloadDigest ?? withPayloads(review, context, ({ payload }) => digestOfStored(payload));

/**
 * @throws GraphQLError with code ANSWER_TOO_LARGE if the response would become too large, or
 *   REVIEW_CHANGED if the payload was changed or deleted after the review was read
 */
export function withPayloads<Result>(
  review: AnyReview,
  { budget, loaders }: Context,
  use: (payloads: Payloads) => Result,
): Result | Promise<Result> {
  return charged(() => {
    budget.spend(review.payloadBytes);
    const { nodeExecId, askId, payload, originalPayload = null } = review;
    if (payload != null) return use({ payload, originalPayload });
    return loaders.payloads.load({ nodeExecId, askId }).then((payloads) => {
      if (payloads) return use(payloads);
      throw new GraphQLError(
        `Review ${nodeExecId} was changed or deleted while it was being read. Read it again`,
        { extensions: { code: 'REVIEW_CHANGED' } },
      );
    });
  });
}
