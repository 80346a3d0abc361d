import { JsonText } from '@holdpoint/client/json';
import type { Queries } from '../database/connections.ts';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import type { AutoApproval } from './autoApproval.ts';
import { payloadDigest } from './digests.ts';
import type { AnyReview, Review } from './review.ts';

/** Both payloads of a review, as JSON text. */
export type Payloads = { payload: string; originalPayload: string | null };

/** Identifies one state of a review: under the same `askId` the payloads never change. */
export type PayloadKey = Pick<AnyReview, 'nodeExecId' | 'askId'>;

const byKeys = statement(
  'readPayloads',
  `SELECT r."nodeExecId", r."payload", r."originalPayload"
  FROM unnest($2::text[], $3::uuid[]) AS wanted("nodeExecId", "askId")
  JOIN "PendingReview" r ON r."userId" = $1 AND r."nodeExecId" = wanted."nodeExecId"
    AND r."askId" = wanted."askId"`,
);

/**
 * Reads payloads that were too large to be read with their reviews.
 * @returns in the order of the keys; undefined if the review was deleted or edited since it was
 *   read
 */
export async function loadPayloads(
  database: Queries,
  userId: string,
  keys: readonly PayloadKey[],
): Promise<(Payloads | undefined)[]> {
  const rows = await database.query<Payloads & { nodeExecId: string }>(byKeys, [
    userId,
    keys.map(({ nodeExecId }) => nodeExecId),
    keys.map(({ askId }) => askId),
  ]);
  const found = new Map(rows.map((row) => [row.nodeExecId, row]));
  return keys.map(({ nodeExecId }) => found.get(nodeExecId));
}

/**
 * Reads the payloads of standing approvals.
 * @returns in the order of the approvals; undefined if one was deleted
 */
export async function loadApprovedPayloads(
  { prisma }: Database,
  approvals: readonly AutoApproval[],
): Promise<(string | undefined)[]> {
  const keyOf = (approval: AutoApproval) => {
    const { userId, graphExecId, nodeId, graphId, graphVersion, requestedBy } = approval;
    return { userId, graphExecId, nodeId, graphId, graphVersion, requestedBy };
  };
  const rows = await prisma.autoApproval.findMany({
    where: { OR: approvals.map(keyOf) },
    omit: { payload: false },
  });
  const found = new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row.payload]));
  return approvals.map((approval) => found.get(JSON.stringify(keyOf(approval))));
}

/**
 * The payload of a review, which is read now if it is large.
 * @returns undefined if the review was deleted or edited since it was read
 */
export async function payloadOf(database: Queries, review: Review): Promise<string | undefined> {
  if (review.payload !== null) return review.payload;
  const [loaded] = await loadPayloads(database, review.userId, [review]);
  return loaded?.payload;
}

/**
 * The payload that the agent sent, without a reviewer's edit.
 * @returns undefined if the review was deleted or edited since it was read
 */
export async function askedPayloadOf(
  database: Queries,
  review: Review,
): Promise<string | undefined> {
  if (review.payload !== null) return review.originalPayload ?? review.payload;
  const [loaded] = await loadPayloads(database, review.userId, [review]);
  return loaded && (loaded.originalPayload ?? loaded.payload);
}

/**
 * Stored JSON for a response. Line breaks would break server-sent events. They only occur as
 * whitespace in rows that were written directly in the database.
 */
export const storedJson = (text: string): JsonText => new JsonText(text.replace(/[\r\n]/g, ' '));

/** The digest for a row without one, because it was written directly in the database. */
export const digestOfStored = (text: string): string => payloadDigest(storedJson(text));

/**
 * The digest of a review's payload. It is stored, unless the payload was written directly in the
 * database.
 * @returns undefined if the review was deleted or edited since it was read
 */
export async function payloadDigestOf(
  database: Queries,
  review: Review,
): Promise<string | undefined> {
  if (review.payloadDigest !== null) return review.payloadDigest;
  const stored = await payloadOf(database, review);
  return stored === undefined ? undefined : digestOfStored(stored);
}
