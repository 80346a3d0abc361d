import type { PendingReview, ReviewStatus } from '../database/generated/prisma/client.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';

/** A review as Prisma reads it: without its payloads. */
type Row = Omit<PendingReview, 'payload' | 'originalPayload' | 'callDigest'>;

/**
 * A review as our own statements read it. Large payloads are not read with it: `payload` is null then, `payloadBytes`
 * says how large they are, and `loadPayloads` reads them. `voidedAt` is set from the moment the approval lapses.
 */
export type Review = Omit<Row, 'validUntil'> & {
  /** JSON text. Null if it is large and was not read. */
  payload: string | null;
  /** JSON text of what the agent sent, if that is not `payload`. */
  originalPayload: string | null;
};

/** A review that either of them has read. */
export type AnyReview = Omit<Row, 'validUntil'> &
  Partial<Pick<Row, 'validUntil'> & Pick<Review, 'payload' | 'originalPayload'>>;

/** How much of a review a list reads: what most callers ask for costs half as much as everything. */
export type Extent = 'least' | 'brief' | 'whole';

/** Payloads up to this size are read together with the review. */
export const INLINE_BYTES = 10_000;

const inline = (column: string): string =>
  `CASE WHEN r."payloadBytes" <= ${INLINE_BYTES} THEN r."${column}" END`;

/** SQL: whether the approval in `alias` was not consumed in time. */
export const isLapsed = (alias: string): string =>
  `(${alias}."status"::text = 'APPROVED' AND NOT ${alias}."processed"
    AND coalesce(${alias}."validUntil" <= clock_timestamp(), false))`;

/** SQL: whether the approval in `alias` is void: stopped, or not consumed in time. */
export const isVoid = (alias: string): string =>
  `(${alias}."voidedAt" IS NOT NULL OR ${isLapsed(alias)})`;

/** The columns of a `Review` that are not simply those of the table's row `r`. */
const computed: Partial<Record<keyof Review, string>> = {
  payload: inline('payload'),
  originalPayload: inline('originalPayload'),
  voidedAt: `CASE WHEN ${isLapsed('r')} THEN coalesce(r."voidedAt", r."validUntil") ELSE r."voidedAt" END`,
};

const least = [
  'nodeExecId',
  'askId',
  'nodeId',
  'status',
  'payload',
  'originalPayload',
  'payloadBytes',
] as const;
const brief = [...least, 'graphExecId', 'instructions', 'createdAt'] as const;
const whole = [
  ...brief,
  'userId',
  'graphId',
  'graphVersion',
  'editable',
  'reviewMessage',
  'wasEdited',
  'processed',
  'requestedBy',
  'consumers',
  'decidedBy',
  'decisionSource',
  'updatedAt',
  'reviewedAt',
  'payloadDigest',
  'expiresAt',
  'voidedAt',
  'consumedAt',
  'consumedBy',
  'outcome',
  'outcomeDetail',
  'outcomeAt',
] as const satisfies (keyof Review)[];

const columnNames: Record<Extent, readonly (keyof Review)[]> = { least, brief, whole };

/** SQL: the columns of a `Review`, or fewer, where `r` is the table's row. */
export const columnsOf = (extent: Extent): string =>
  columnNames[extent].map((name) => `${computed[name] ?? `r."${name}"`} AS "${name}"`).join(', ');

/** SQL: the same columns of `alias`, where a query has computed them before. */
export const computedColumnsOf = (extent: Extent, alias: string): string =>
  columnNames[extent].map((name) => `${alias}."${name}"`).join(', ');

export const reviewColumns = columnsOf('whole');

/** The fields of the API that less than the whole is enough for. */
export const fieldsOf = {
  least: ['id', 'nodeExecId', 'nodeId', 'payload', 'approvalType', 'status'],
  brief: ['graphExecId', 'instructions', 'createdAt'],
} as const;

/**
 * SQL: whether the review in `alias`, which is looked up by its key, has this status. Compared as text: else PostgreSQL may
 * look it up among all that have the status, in one of their indexes, which seem small until they are analyzed.
 */
export const hasStatus = (alias: string, status: ReviewStatus): string =>
  `${alias}."status"::text = '${status}'`;

/** SQL: whether the actor in the parameter may see the review in `alias`. Everybody may where the parameter is null. */
export const isVisibleTo = (alias: string, parameter: string): string =>
  `(${parameter}::text IS NULL OR ${alias}."requestedBy" = ${parameter}
    OR ${parameter} = ANY (${alias}."consumers"))`;

/** When the approval became void, also if it has lapsed and nobody has recorded it yet. Null if it is valid, or no approval. */
export function voidedAtOf({ voidedAt, validUntil, status, processed }: AnyReview): Date | null {
  const isLapsed =
    validUntil != null && status === 'APPROVED' && !processed && validUntil.getTime() <= Date.now();
  return voidedAt ?? (isLapsed ? validUntil : null);
}

/** Whether the actor asked for the review, or was named by whoever did: these may consume it, and see it with `review:request`. */
export const isParty = (
  { actor }: Viewer,
  { requestedBy, consumers }: Pick<Review, 'requestedBy' | 'consumers'>,
): boolean => requestedBy === actor || consumers.includes(actor);

/** As `isVisibleTo`, for Prisma. */
export function visibleTo(viewer: Viewer) {
  const actor = limitedTo(viewer);
  return actor === null ? {} : { OR: [{ requestedBy: actor }, { consumers: { has: actor } }] };
}

/** Whether the viewer may see the review, or an event of it: `isVisibleTo` for what has been read already. */
export const maySee = (
  viewer: Viewer,
  { requestedBy, consumers }: { requestedBy: string; consumers: string[] | null },
): boolean =>
  limitedTo(viewer) === null || isParty(viewer, { requestedBy, consumers: consumers ?? [] });

/** SQL: whether the WAITING review in `alias` can still be decided, by the database's clock at this very moment. */
export const isInTime = (alias: string): string =>
  `(${alias}."expiresAt" IS NULL OR ${alias}."expiresAt" > clock_timestamp())`;
