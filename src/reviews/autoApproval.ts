import type { AutoApproval as Row } from '../database/generated/prisma/client.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { INLINE_BYTES } from './review.ts';

/**
 * A standing approval as it is read. Prisma reads it without its payload, our own statements read small ones with it, as
 * with reviews. `requestedBy` is empty if it lets through the requests of any agent in the execution.
 */
export type AutoApproval = Omit<Row, 'payload'> & { payload?: string | null };

/** Whether it is neither revoked, expired nor used up. */
export const isActive = ({ revokedAt, expiresAt, maxUses, uses }: AutoApproval): boolean =>
  revokedAt === null &&
  (expiresAt === null || expiresAt.getTime() > Date.now()) &&
  (maxUses === null || uses < maxUses);

export const autoApprovalMessage = 'Auto-approved (user approved all future actions for this node)';

/** A label for people and logs. Not an identity: `a`+`b_c` and `a_b`+`c` have the same. */
export const autoApprovalKey = (graphExecId: string, nodeId: string): string =>
  `auto_approve_${graphExecId}_${nodeId}`;

/**
 * SQL: whether the standing approval in `alias` is active at this moment. The clock is read anew, not at the
 * transaction's start: a statement may have waited for a lock meanwhile.
 */
export const isActiveSql = (alias: string): string => `(
  ${alias}."revokedAt" IS NULL
  AND (${alias}."expiresAt" IS NULL OR ${alias}."expiresAt" > clock_timestamp())
  AND (${alias}."maxUses" IS NULL OR ${alias}."uses" < ${alias}."maxUses"))`;

const key = ['userId', 'graphExecId', 'nodeId', 'graphId', 'graphVersion', 'requestedBy'];
const others = ['createdBy', 'createdAt', 'expiresAt', 'maxUses', 'uses', 'revokedAt', 'revokedBy'];
const columns = [...key, ...others, 'payloadBytes'];

/** SQL: the columns of an `AutoApproval` in the table's row `a`. */
export const autoApprovalColumns = [
  ...columns.map((column) => `a."${column}"`),
  `CASE WHEN a."payloadBytes" <= ${INLINE_BYTES} THEN a."payload" END AS "payload"`,
].join(', ');

/** SQL: the same columns of `alias`, with a prefix, to stand beside another row's. */
export const prefixedApprovalColumns = (alias: string, prefix: string): string =>
  [...columns, 'payload']
    .map((column) => `${alias}."${column}" AS "${prefix}${column}"`)
    .join(', ');

/** The standing approval whose prefixed columns stand in a row, or null where the row has none. */
export function autoApprovalIn(row: object, prefix: string): AutoApproval | null {
  const cells = row as Record<string, unknown>;
  if (cells[`${prefix}userId`] === null) return null;
  return Object.fromEntries(
    [...columns, 'payload'].map((column) => [column, cells[prefix + column]]),
  ) as AutoApproval;
}

const renewed = ['payload', ...others].map(
  (column) =>
    `"${column}" = CASE WHEN ${isActiveSql('a')} THEN a."${column}" ELSE excluded."${column}" END`,
);

/** SQL behind `INSERT INTO "AutoApproval" AS a …` (case A21): an active one stays unchanged, any other is made anew. */
export const renewUnlessActive = `
  ON CONFLICT (${key.map((column) => `"${column}"`).join(', ')}) DO UPDATE SET ${renewed}`;

/** When a standing approval ends for which nobody said it: as SQL, with the parameter that holds the hours. */
export const defaultEnd = (parameter: string): string =>
  `now() + ${parameter}::float8 * interval '1 hour'`;

/**
 * SQL: whether the actor in the parameter may see the standing approval in `alias`. With `review:request` alone an
 * actor sees those for its own requests, and those for any agent in an execution of its own.
 */
export const isAutoApprovalVisibleTo = (alias: string, parameter: string): string => `(
  ${parameter}::text IS NULL OR ${alias}."requestedBy" = ${parameter}
  OR (${alias}."requestedBy" = '' AND EXISTS (SELECT FROM "GraphExecution" e
    WHERE e."userId" = ${alias}."userId" AND e."graphExecId" = ${alias}."graphExecId"
      AND e."registeredBy" = ${parameter})))`;

/** As `isAutoApprovalVisibleTo`, for Prisma. */
export function approvalsVisibleTo(viewer: Viewer) {
  const actor = limitedTo(viewer);
  if (actor === null) return {};
  return {
    OR: [{ requestedBy: actor }, { requestedBy: '', execution: { registeredBy: actor } }],
  };
}
