import type { Detail } from '../data/details.ts';

/** The last revision of a review, which can only be approved or rejected. */
export const MAX_REVISIONS = 10;

/** What can be decided besides a rejection, which always is. */
export type Offered = { approve: boolean; edit: boolean; answer: boolean; changes: boolean };

/** The decisions that the agent can deal with. */
export function offeredOf({ allowedDecisions, editable, revision }: Detail): Offered {
  const approve = allowedDecisions.includes('APPROVE');
  return {
    approve,
    edit: approve && editable,
    answer: allowedDecisions.includes('ANSWER'),
    changes: allowedDecisions.includes('REQUEST_CHANGES') && revision < MAX_REVISIONS,
  };
}
