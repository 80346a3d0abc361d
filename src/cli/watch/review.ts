import type { ReviewFragment } from '@holdpoint/client/documents';
import { type JsonText, jsonTextOf } from '@holdpoint/client/json';

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
