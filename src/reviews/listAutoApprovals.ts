import { z } from 'zod';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkPageSize, InvalidInputError, id } from '../input.ts';
import { type AutoApproval, autoApprovalColumns, isActiveSql } from './autoApproval.ts';
import { graphVersion } from './fields.ts';

type PageArguments = {
  /** Null: all. */
  active: boolean | null | undefined;
  first: number;
  after: string | null | undefined;
};

export type AutoApprovalPage = {
  approvals: AutoApproval[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
};

const order = ['createdAt', 'graphExecId', 'nodeId', 'graphId', 'graphVersion', 'requestedBy'];
const place = order.map((column) => `a."${column}"`).join(', ');

const list = statement(
  'listAutoApprovals',
  `SELECT ${autoApprovalColumns} FROM "AutoApproval" a
  WHERE a."userId" = $1 AND ($2::boolean IS NULL OR ${isActiveSql('a')} = $2)
    AND ($3::timestamptz IS NULL OR (${place}) < ($3, $4::text, $5::text, $6::text, $7::int, $8::text))
  ORDER BY ${order.map((column) => `a."${column}" DESC`).join(', ')}
  LIMIT $9`,
);

/**
 * The standing approvals of the workspace, newest first.
 * @throws InvalidInputError
 */
export async function listAutoApprovals(
  database: Queries,
  viewer: Viewer,
  { active, first, after }: PageArguments,
): Promise<AutoApprovalPage> {
  const size = checkPageSize(first);
  const start = after == null ? [null, null, null, null, null, null] : placeOf(after);
  const found = await database.query<AutoApproval>(list, [
    viewer.userId,
    active ?? null,
    ...start,
    size + 1,
  ]);
  return {
    approvals: found.slice(0, size),
    hasNextPage: found.length > size,
    hasPreviousPage: after != null,
  };
}

/** When a standing approval was created, and its key. */
const cursor = z.tuple([
  z.iso.datetime({ precision: 3 }),
  ...[id, id, id],
  graphVersion,
  id.or(z.literal('')),
]);

export function cursorOf(approval: AutoApproval): string {
  const { createdAt, graphExecId, nodeId, graphId, requestedBy } = approval;
  const parts = [createdAt, graphExecId, nodeId, graphId, approval.graphVersion, requestedBy];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws InvalidInputError */
function placeOf(text: string): z.infer<typeof cursor> {
  try {
    return cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    const message = `is not a valid cursor: ${text.slice(0, 100)}`;
    throw new InvalidInputError([{ path: 'after', message }]);
  }
}
