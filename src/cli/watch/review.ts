import type { ReviewFragment } from '../../client/generated/graphql.ts';
import type { JsonText } from '../../json/jsonText.ts';
import { jsonTextOf } from '../../json/parseJson.ts';

/** A review as it was read, with the exact text of its payload. */
export type Review = Omit<ReviewFragment, 'payload' | 'originalPayload'> & {
  payload: JsonText;
  originalPayload: JsonText;
};

export const reviewOf = (fragment: ReviewFragment): Review => ({
  ...fragment,
  payload: jsonTextOf(fragment.payload),
  originalPayload: jsonTextOf(fragment.originalPayload),
});
