import type { ReviewComment } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError } from '../input.ts';
import { MAX_COMMENTS } from './decideStatements.ts';
import { comment } from './fields.ts';
import { isVisibleTo, rowVersion } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const addCommentInput = comment.extend({ nodeExecId: id });

// The review's row is locked, so that comments get numbers without gaps. See rowVersion.
const add = statement(
  'addComment',
  `WITH counted AS (
    UPDATE "PendingReview" r SET "commentCount" = r."commentCount" + 1, "updatedAt" = now(),
      "earlierBytes" = r."earlierBytes" + octet_length($4),
      "versionBeforeComment" = concat(pg_current_xact_id()::xid, ' ', ${rowVersion('r')})
    FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
    WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND r."commentCount" < ${MAX_COMMENTS}
      AND ${isVisibleTo('r', '$6')}
    RETURNING r."commentCount", r."revision"
  )
  INSERT INTO "ReviewComment" ("userId", "nodeExecId", "number", "actor", "text", "pointer", "revision")
  SELECT $1, $2, "commentCount", $3, $4, $5, "revision" FROM counted
  RETURNING "userId", "nodeExecId", "number", "actor", "text", "pointer", "revision", "at"`,
);

const isKnown = statement(
  'isReviewVisible',
  `SELECT 1 FROM "PendingReview" r WHERE "userId" = $1 AND "nodeExecId" = $2
    AND ${isVisibleTo('r', '$3')}`,
);

/**
 * Adds a comment to a review, also after its decision. It decides nothing.
 * @throws InvalidInputError, NotFoundError, QuotaExceededError
 */
export async function addComment(
  { database, notifyFeed, quotas }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<ReviewComment> {
  const { nodeExecId, text, pointer } = checkInput(addCommentInput, rawInput);
  quotas?.checkStorage(viewer.userId);
  const limit = limitedTo(viewer);
  const values = [viewer.userId, nodeExecId, viewer.actor, text, pointer, limit];
  const [added] = await database.query<ReviewComment>(add, values);
  if (added) {
    notifyFeed(viewer.userId);
    return added;
  }
  const known = await database.query(isKnown, [viewer.userId, nodeExecId, limit]);
  if (known.length === 0) throw new NotFoundError('Review', [nodeExecId]);
  const message = `cannot be added: ${nodeExecId} has ${MAX_COMMENTS} comments, which is the limit`;
  throw new InvalidInputError([{ path: 'input.text', message }]);
}
