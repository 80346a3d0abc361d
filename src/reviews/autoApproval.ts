import type { AutoApproval as Row } from '../database/generated/prisma/client.ts';
import type { JsonText } from '../json/jsonText.ts';

/** A standing approval as it is read. `active`: neither revoked, expired nor used up, by the database's clock. */
export type AutoApproval = Omit<Row, 'payload'> & { payload: JsonText; active: boolean };

export const autoApprovalMessage = 'Auto-approved (user approved all future actions for this node)';

/** A label for people and logs. Not an identity: `a`+`b_c` and `a_b`+`c` have the same. */
export const autoApprovalKey = (graphExecId: string, nodeId: string): string =>
  `auto_approve_${graphExecId}_${nodeId}`;

/**
 * SQL: whether the auto-approval in `alias` stands at this moment. The clock is read anew, not at the
 * transaction's start: a statement may have waited for a lock meanwhile.
 */
export const isActive = (alias: string): string => `(
  ${alias}."revokedAt" IS NULL
  AND (${alias}."expiresAt" IS NULL OR ${alias}."expiresAt" > clock_timestamp())
  AND (${alias}."maxUses" IS NULL OR ${alias}."uses" < ${alias}."maxUses"))`;

const columns = [
  'userId',
  'graphExecId',
  'nodeId',
  'graphId',
  'graphVersion',
  'payload',
  'createdBy',
  'createdAt',
  'expiresAt',
  'maxUses',
  'uses',
  'revokedAt',
  'revokedBy',
];

/** SQL: the columns of an `AutoApproval`. With a prefix they can stand beside another row's. */
export const autoApprovalColumns = (alias: string, prefix = ''): string =>
  [
    ...columns.map((column) => `${alias}."${column}" AS "${prefix}${column}"`),
    `${isActive(alias)} AS "${prefix}active"`,
  ].join(', ');

/** The auto-approval whose prefixed columns stand in a row, or null where the row has none. */
export function autoApprovalIn(row: object, prefix: string): AutoApproval | null {
  const cells = row as Record<string, unknown>;
  if (cells[`${prefix}userId`] === null) return null;
  return Object.fromEntries(
    [...columns, 'active'].map((column) => [column, cells[prefix + column]]),
  ) as AutoApproval;
}

const renewed = columns
  .filter((column) => !['userId', 'graphExecId', 'nodeId'].includes(column))
  .map(
    (column) =>
      `"${column}" = CASE WHEN ${isActive('a')} THEN a."${column}" ELSE excluded."${column}" END`,
  );

/** SQL behind `INSERT INTO "AutoApproval" AS a …` (case A21): one that is active stays unchanged, any other is made anew. */
export const renewUnlessActive = `
  ON CONFLICT ("userId", "graphExecId", "nodeId") DO UPDATE SET ${renewed.join(', ')}`;
