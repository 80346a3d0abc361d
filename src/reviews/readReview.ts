import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { isVisibleTo, type Review, reviewColumns } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const byId = statement(
  'readReview',
  `SELECT ${reviewColumns} FROM "PendingReview" r
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$3')}`,
);

/** One review in any status, if the viewer sees it. */
export async function readReview(
  { database }: Pick<ReviewStore, 'database'>,
  viewer: Viewer,
  nodeExecId: string,
): Promise<Review | undefined> {
  const values = [viewer.userId, nodeExecId, limitedTo(viewer)];
  const [review] = await database.query<Review>(byId, values);
  return review;
}
