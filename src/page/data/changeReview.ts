import type { DetailFragment, TypedDocumentString } from '../generated/graphql.ts';
import { type Detail, detailOf } from './details.ts';
import type { Page } from './page.ts';
import { isUnanswered, messageOf } from './service.ts';

type Answer = { review: DetailFragment } | { message: string };

/** The changed review, or why it was not changed. */
export type Changed = { review: Detail; problem: null } | { review: null; problem: string };

/**
 * Changes one review with a mutation that answers with the review or an error, such as claimReview,
 * and shows its new state everywhere.
 * @param onChanged called before the new state is shown
 */
export async function changeReview<Field extends string, Input extends { nodeExecId: string }>(
  page: Page,
  document: TypedDocumentString<Record<Field, Answer>, { input: Input }>,
  input: Input,
  onChanged?: (review: Detail) => void,
): Promise<Changed> {
  try {
    const data = await page.service.request(document, { input });
    const [answer] = Object.values<Answer>(data);
    if (answer && 'review' in answer) {
      const review = detailOf(answer.review);
      onChanged?.(review);
      page.apply([review]);
      return { review, problem: null };
    }
    page.details.invalidate(input.nodeExecId);
    return { review: null, problem: answer?.message ?? '' };
  } catch (error) {
    page.details.invalidate(input.nodeExecId);
    const problem = isUnanswered(error)
      ? 'The connection was lost, so this may or may not have been saved. It is safe to try again.'
      : messageOf(error);
    return { review: null, problem };
  }
}
