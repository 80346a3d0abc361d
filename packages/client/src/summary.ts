import type { RequestReviewInput, ReviewLinkInput, Risk } from './generated/graphql.ts';

/** What lists and messages say about a review, and what rules of the policy may look at. */
export type Summary = {
  /** One line, at most 200 characters. */
  headline?: string | undefined;
  /** The risk as the agent sees it. A rule of the policy may raise it. */
  risk?: Risk | undefined;
  /** At most 20, each of 1 to 64 characters. */
  tags?: readonly string[] | undefined;
  /** Whether the step can be undone. */
  reversible?: boolean | undefined;
  /** Where the reviewer can read more. At most 10, with https. */
  links?: readonly ReviewLinkInput[] | undefined;
};

/** A fixed value, or a function that makes it. */
export type Made<Value, Args extends unknown[]> = Value | ((...args: Args) => Value | undefined);

export const made = <Value, Args extends unknown[]>(
  value: Made<Value, Args> | undefined,
  args: Args,
): Value | undefined =>
  typeof value === 'function' ? (value as (...args: Args) => Value | undefined)(...args) : value;

/** The part of a request that sums it up. The lists are copies: the caller may change them. */
export const summaryOf = ({
  headline,
  risk,
  tags,
  reversible,
  links,
}: Summary): Pick<RequestReviewInput, keyof Summary> => ({
  ...(headline !== undefined && { headline }),
  ...(risk !== undefined && { risk }),
  ...(tags !== undefined && { tags: [...tags] }),
  ...(reversible !== undefined && { reversible }),
  ...(links !== undefined && { links: [...links] }),
});
