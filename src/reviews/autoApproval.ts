import type { AutoApproval as Row } from '../database/generated/prisma/client.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { INLINE_BYTES } from './review.ts';

/**
 * A standing approval. Prisma reads it without its payload; raw SQL includes small payloads, as
 * with reviews. `requestedBy` is empty if it approves the requests of any agent in the run.
 */
export type AutoApproval = Omit<Row, 'payload'> & { payload?: string | null };

/** Whether it is not revoked, expired or used up. */
export const isActive = ({ revokedAt, expiresAt, maxUses, uses }: AutoApproval): boolean =>
  revokedAt === null &&
  (expiresAt === null || expiresAt.getTime() > Date.now()) &&
  (maxUses === null || uses < maxUses);

export const autoApprovalMessage = 'Auto-approved (user approved all future actions for this node)';

/** A label for people and logs. It is not unique: `a`+`b_c` and `a_b`+`c` have the same label. */
export const autoApprovalKey = (graphExecId: string, nodeId: string): string =>
  `auto_approve_${graphExecId}_${nodeId}`;

/**
 * SQL: `isActive`. It reads the clock when it is evaluated, because the statement may have waited
 * for a lock since it started.
 */
export const isActiveSql = (alias: string): string => `(
  ${alias}."revokedAt" IS NULL
  AND (${alias}."expiresAt" IS NULL OR ${alias}."expiresAt" > clock_timestamp())
  AND (${alias}."maxUses" IS NULL OR ${alias}."uses" < ${alias}."maxUses"))`;

const key = ['userId', 'graphExecId', 'nodeId', 'graphId', 'graphVersion', 'requestedBy'];
const details = [
  'createdBy',
  'createdAt',
  'expiresAt',
  'maxUses',
  'uses',
  'revokedAt',
  'revokedBy',
  'when',
];
const columns = [...key, ...details, 'payloadBytes'];

/** SQL: the columns of an `AutoApproval`, where `a` is the table's row. */
export const autoApprovalColumns = [
  ...columns.map((column) => `a."${column}"`),
  `CASE WHEN a."payloadBytes" <= ${INLINE_BYTES} THEN a."payload" END AS "payload"`,
].join(', ');

/**
 * SQL: the columns of an `AutoApproval` in `alias`, prefixed so that they fit next to a review's.
 */
export const prefixedApprovalColumns = (alias: string, prefix: string): string =>
  [...columns, 'payload']
    .map((column) => `${alias}."${column}" AS "${prefix}${column}"`)
    .join(', ');

/** The standing approval in the prefixed columns of a row. Null if there is none. */
export function autoApprovalIn(row: object, prefix: string): AutoApproval | null {
  const cells = row as Record<string, unknown>;
  if (cells[`${prefix}userId`] === null) return null;
  return Object.fromEntries(
    [...columns, 'payload'].map((column) => [column, cells[prefix + column]]),
  ) as AutoApproval;
}

/**
 * SQL to follow `INSERT INTO "AutoApproval" AS a …`: an active one with the same condition stays
 * unchanged, unless narrower limits are asked for. Any other is replaced. The parameter is the one
 * of `defaultEnd`, which asks for nothing.
 */
export function renewUnlessActive(parameter: string): string {
  const stays = `(${isActiveSql('a')}
    AND a."when" IS NOT DISTINCT FROM excluded."when"
    AND (excluded."maxUses" IS NULL OR a."maxUses" <= excluded."maxUses")
    AND (excluded."expiresAt" IS NULL OR excluded."expiresAt" = (${defaultEnd(parameter)})::timestamptz(3)
      OR a."expiresAt" <= excluded."expiresAt"))`;
  const renewed = ['payload', ...details].map(
    (column) => `"${column}" = CASE WHEN ${stays} THEN a."${column}" ELSE excluded."${column}" END`,
  );
  return `
    ON CONFLICT (${key.map((column) => `"${column}"`).join(', ')}) DO UPDATE SET ${renewed}`;
}

/** SQL: when a standing approval without `expiresAt` expires. The parameter holds the hours. */
export const defaultEnd = (parameter: string): string =>
  `now() + ${parameter}::float8 * interval '1 hour'`;

/**
 * SQL: whether the viewer may see the standing approval in `alias`. $1 is the workspace, and the
 * parameter holds `limitedTo(viewer)`. With `review:request` alone, actors see those for their own
 * requests, and those for any agent in their own runs.
 */
export const isAutoApprovalVisibleTo = (alias: string, parameter: string): string => `(
  ${parameter}::text IS NULL OR ${alias}."requestedBy" = ${parameter}
  OR (${alias}."requestedBy" = '' AND EXISTS (SELECT FROM "GraphExecution" e
    WHERE e."userId" = $1 AND e."graphExecId" = ${alias}."graphExecId"
      AND e."registeredBy" = ${parameter})))`;

/** `isAutoApprovalVisibleTo` as a filter for Prisma. */
export function approvalsVisibleTo(viewer: Viewer) {
  const actor = limitedTo(viewer);
  if (actor === null) return {};
  return {
    OR: [{ requestedBy: actor }, { requestedBy: '', execution: { registeredBy: actor } }],
  };
}
