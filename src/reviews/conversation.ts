import type { Database } from '../database/database.ts';
import type { ReviewComment, ReviewRevision } from '../database/generated/prisma/client.ts';

/** A revision that a later one replaced, without its payload. */
export type EarlierRevision = Omit<ReviewRevision, 'payload'>;

export type RevisionKey = Pick<ReviewRevision, 'nodeExecId' | 'revision'>;

/** @returns those of each review, oldest first, in the order of the IDs */
export async function loadEarlierRevisions(
  { prisma }: Database,
  userId: string,
  nodeExecIds: readonly string[],
): Promise<EarlierRevision[][]> {
  const rows = await prisma.reviewRevision.findMany({
    where: { userId, nodeExecId: { in: [...nodeExecIds] } },
    orderBy: { revision: 'asc' },
    omit: { payload: true },
  });
  return grouped(rows, nodeExecIds);
}

/** @returns in the order of the keys; undefined if the review was deleted */
export async function loadRevisionPayloads(
  { prisma }: Database,
  userId: string,
  keys: readonly RevisionKey[],
): Promise<(string | undefined)[]> {
  const rows = await prisma.reviewRevision.findMany({
    where: { userId, OR: keys.map(({ nodeExecId, revision }) => ({ nodeExecId, revision })) },
    select: { nodeExecId: true, revision: true, payload: true },
  });
  return keys.map(
    (key) =>
      rows.find((row) => row.nodeExecId === key.nodeExecId && row.revision === key.revision)
        ?.payload,
  );
}

/** @returns those of each review, oldest first, in the order of the IDs */
export async function loadComments(
  { prisma }: Database,
  userId: string,
  nodeExecIds: readonly string[],
): Promise<ReviewComment[][]> {
  const rows = await prisma.reviewComment.findMany({
    where: { userId, nodeExecId: { in: [...nodeExecIds] } },
    orderBy: { number: 'asc' },
  });
  return grouped(rows, nodeExecIds);
}

function grouped<Row extends { nodeExecId: string }>(
  rows: readonly Row[],
  nodeExecIds: readonly string[],
): Row[][] {
  const groups = Map.groupBy(rows, ({ nodeExecId }) => nodeExecId);
  return nodeExecIds.map((nodeExecId) => groups.get(nodeExecId) ?? []);
}
