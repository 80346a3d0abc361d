import type { PendingReview, ReviewStatus } from '../database/generated/prisma/client.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';

/**
 * A review as it is read. Large payloads are not read with it: `payload` is null then, `payloadBytes` says how large
 * they are, and `loadPayloads` reads them.
 */
export type Review = Omit<
  PendingReview,
  'payload' | 'originalPayload' | 'callDigest' | 'validUntil'
> & {
  /** JSON text. Null where it is large and was not read. */
  payload: string | null;
  /** JSON text of what the agent sent, where that is not `payload`. */
  originalPayload: string | null;
  /** Of both payloads together, in UTF-8. */
  payloadBytes: number;
};

/** How much of a review a list reads: what most callers ask for costs half as much as everything. */
export type Extent = 'least' | 'brief' | 'whole';

/** Payloads up to this size are read together with the review. */
export const INLINE_BYTES = 10_000;

/** Neither size reads the payload: PostgreSQL keeps it beside the value. */
const bytes = `octet_length(r."payload") + coalesce(octet_length(r."originalPayload"), 0)`;

const inline = (column: string): string =>
  `CASE WHEN ${bytes} <= ${INLINE_BYTES} THEN r."${column}" END`;

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
  payloadBytes: bytes,
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

/** Whether the actor asked for the review, or was named by whoever did: these may consume it, and see it with `review:request`. */
export const isParty = (
  { actor }: Viewer,
  { requestedBy, consumers }: Pick<Review, 'requestedBy' | 'consumers'>,
): boolean => requestedBy === actor || consumers.includes(actor);

/** Whether the viewer may see the review, or an event of it: `isVisibleTo` for what has been read already. */
export const maySee = (
  viewer: Viewer,
  { requestedBy, consumers }: { requestedBy: string; consumers: string[] | null },
): boolean =>
  limitedTo(viewer) === null || isParty(viewer, { requestedBy, consumers: consumers ?? [] });

/** Where a request stands, in one word for whoever asked. */
export type RequestState = 'WAITING' | 'APPROVED' | 'REJECTED' | 'CONSUMED' | 'VOID';

export function stateOf({ status, processed, voidedAt }: Review): RequestState {
  if (status !== 'APPROVED') return status;
  if (voidedAt) return 'VOID';
  return processed ? 'CONSUMED' : 'APPROVED';
}
