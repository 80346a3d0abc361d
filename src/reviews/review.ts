import type { PendingReview, ReviewStatus } from '../database/generated/prisma/client.ts';
import { isSynthetic, nodeIdOfSynthetic } from '../identity/copilotIds.ts';
import type { JsonText } from '../json/jsonText.ts';
import { payloadDigest } from './payloadDigest.ts';

/** A review as it is read: the table's row without what only a repeated call asks, payloads as text, and its step's recorded node. */
export type Review = Omit<PendingReview, 'payload' | 'originalPayload' | 'callDigest'> & {
  payload: JsonText;
  /** Null where it is the same as the payload, which spares sending it twice. */
  differingOriginal: JsonText | null;
  recordedNodeId: string | null;
};

/** How much of a review a list reads: what it is mostly asked for costs the database and this process half of the whole. */
export type Extent = 'least' | 'brief' | 'whole';

const leastColumns = `
  r."nodeExecId", r."payload", r."status", node."nodeId" AS "recordedNodeId"`;

/** The columns of a `Review`, where `r` is the review and `reviewJoins` are joined. */
export const reviewColumns = `
  r."userId", r."nodeExecId", r."graphExecId", r."graphId", r."graphVersion", r."payload",
  NULLIF(r."originalPayload"::text, r."payload"::text)::json AS "differingOriginal",
  r."instructions", r."editable", r."status", r."reviewMessage", r."wasEdited", r."processed",
  r."requestedBy", r."decidedBy", r."decisionSource", r."createdAt", r."updatedAt", r."reviewedAt",
  r."payloadDigest", r."expiresAt", r."consumedAt", r."consumedBy",
  r."outcome", r."outcomeDetail", r."outcomeAt", node."nodeId" AS "recordedNodeId"`;

export const columnsOf: Record<Extent, string> = {
  least: leastColumns,
  brief: `${leastColumns}, r."graphExecId", r."instructions", r."createdAt"`,
  whole: reviewColumns,
};

/** The fields of the API that less than the whole is enough for. */
export const fieldsOf = {
  least: ['id', 'nodeExecId', 'nodeId', 'payload', 'approvalType', 'status'],
  brief: ['graphExecId', 'instructions', 'createdAt'],
} as const;

export const reviewJoins = `
  LEFT JOIN "NodeExecution" node
    ON node."userId" = r."userId" AND node."nodeExecId" = r."nodeExecId"`;

/**
 * SQL: whether the review in `alias`, which is looked up by its key, has this status. Compared as text: else PostgreSQL may
 * look it up among all that have the status, in one of their indexes, which seem small until they are analyzed.
 */
export const hasStatus = (alias: string, status: ReviewStatus): string =>
  `${alias}."status"::text = '${status}'`;

/** Case A2: a synthetic id carries its node; else the recorded node execution has it; else the run's id stands for it. */
export const nodeIdOf = (review: Review): string =>
  isSynthetic(review.nodeExecId)
    ? nodeIdOfSynthetic(review.nodeExecId)
    : (review.recordedNodeId ?? review.nodeExecId);

/** Computed where the row has none: somebody wrote it, or its payload, by hand. */
export const payloadDigestOf = (review: Review): string =>
  review.payloadDigest ?? payloadDigest(review.payload);

export const originalPayloadOf = (review: Review): JsonText =>
  review.differingOriginal ?? review.payload;
