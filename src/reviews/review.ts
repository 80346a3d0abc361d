import type { PendingReview, ReviewStatus } from '../database/generated/prisma/client.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { isParty as isPartyNamed } from '../people/ballot.ts';

/** A review as Prisma reads it: without its payloads, and what only statements need. */
type Row = Omit<
  PendingReview,
  | 'payload'
  | 'originalPayload'
  | 'callDigest'
  | 'nextEscalationAt'
  | 'approverTeams'
  | 'approverActors'
  | 'isRevised'
  | 'earlierBytes'
  | 'attachments'
  | 'versionBeforeComment'
  | 'outcomeBy'
>;

/**
 * A review as raw SQL reads it. A large payload is not included: `payload` is null then,
 * `payloadBytes` is its size, and `loadPayloads` reads it. `voidedAt` is set as soon as the
 * approval lapses.
 */
export type Review = Omit<Row, 'validUntil'> & {
  /** JSON text. Null if it is large and was not read. */
  payload: string | null;
  /** JSON text of what the agent sent. Null if that is `payload`, or large and not read. */
  originalPayload: string | null;
};

/** A review that was read by Prisma or by raw SQL. */
export type AnyReview = Omit<Row, 'validUntil'> &
  Partial<Pick<Row, 'validUntil'> & Pick<Review, 'payload' | 'originalPayload'>>;

/** Payloads up to this size, in bytes, are read together with the review. */
export const INLINE_BYTES = 10_000;

const inline = (column: string): string =>
  `CASE WHEN r."payloadBytes" <= ${INLINE_BYTES} THEN r."${column}" END`;

/** SQL: whether the approval in `alias` was not consumed in time. */
export const isLapsed = (alias: string): string =>
  `(${alias}."status"::text = 'APPROVED' AND NOT ${alias}."processed"
    AND coalesce(${alias}."validUntil" <= clock_timestamp(), false))`;

/** SQL: whether the approval in `alias` is void: its run was stopped, or it has lapsed. */
export const isVoid = (alias: string): string =>
  `(${alias}."voidedAt" IS NOT NULL OR ${isLapsed(alias)})`;

/**
 * SQL: whether the review in `alias`, which is looked up by its key, has this status. It compares
 * text, so that PostgreSQL does not choose an index on the status, which looks small to it until
 * the table is analyzed.
 */
export const hasStatus = (alias: string, status: ReviewStatus): string =>
  `${alias}."status"::text = '${status}'`;

/** SQL: whether the review in `alias` is not settled: it waits, or its agent is asked for changes. */
export const isOpen = (alias: string): string =>
  `${alias}."status"::text IN ('WAITING', 'CHANGES_REQUESTED')`;

/** SQL: `isOpen`, as the index of reviews that expire has it. */
export const isOpenIndexed = `"status" NOT IN ('APPROVED', 'REJECTED') AND "answer" IS NULL`;

/** SQL: whether the WAITING review in `alias` has not expired at this very moment. */
export const isInTime = (alias: string): string =>
  `(${alias}."expiresAt" IS NULL OR ${alias}."expiresAt" > clock_timestamp())`;

/**
 * SQL: changes with every change of the row `alias` except for comments, which nothing depends on
 * that is read in one statement and written in another. A comment notes the version before it with
 * its own transaction, which is the row's version for as long as nothing else changes.
 */
export const rowVersion = (alias: string): string =>
  `CASE WHEN split_part(${alias}."versionBeforeComment", ' ', 1) = ${alias}.xmin::text
    THEN split_part(${alias}."versionBeforeComment", ' ', 2) ELSE ${alias}.xmin::text END`;

/**
 * SQL: sets the risk of the review `r`. If a rule raises it, the risk that the agent named is noted
 * beside the verdict: rules look at that one.
 */
export const setRisk = (risk: string): string =>
  `"risk" = ${risk}, "policyVerdict" = CASE
      WHEN r."risk" IS DISTINCT FROM ${risk} AND NOT coalesce(r."policyVerdict" ? 'askedRisk', true)
      THEN r."policyVerdict" || jsonb_build_object('askedRisk', r."risk") ELSE r."policyVerdict" END`;

/** What is enough for most lists. Reading all columns takes twice as long. */
const summary = [
  'nodeExecId',
  'askId',
  'nodeId',
  'status',
  'payload',
  'originalPayload',
  'payloadBytes',
] as const satisfies (keyof Review)[];

const columns = [
  ...summary,
  'createdAt',
  'userId',
  'graphExecId',
  'graphId',
  'graphVersion',
  'instructions',
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
  'approvalsRequired',
  'votes',
  'escalation',
  'escalationsDone',
  'escalatedAt',
  'reassignedBy',
  'claimedBy',
  'claimedUntil',
  'headline',
  'risk',
  'tags',
  'policyVersion',
  'policyVerdict',
  'kind',
  'reversible',
  'links',
  'answerSchema',
  'answer',
  'allowedDecisions',
  'revision',
  'revisionNote',
  'revisedAt',
  'commentCount',
] as const satisfies (keyof Review)[];

/** The columns of a `Review` that differ from those of the table's row `r`. */
const computed: Partial<Record<keyof Review, string>> = {
  payload: inline('payload'),
  originalPayload: inline('originalPayload'),
  voidedAt: `CASE WHEN ${isLapsed('r')} THEN coalesce(r."voidedAt", r."validUntil") ELSE r."voidedAt" END`,
};

const select = (names: readonly (keyof Review)[]): string =>
  names.map((name) => `${computed[name] ?? `r."${name}"`} AS "${name}"`).join(', ');

const selectIn = (names: readonly (keyof Review)[], alias: string): string =>
  names.map((name) => `${alias}."${name}"`).join(', ');

/** SQL: the columns of a `Review`, where `r` is the table's row. */
export const reviewColumns = select(columns);

/**
 * What a decision, its use or its report sets. A WAITING review has these values, so they are not
 * read where only such reviews are.
 */
export const undecided = {
  wasEdited: null,
  processed: false,
  decidedBy: null,
  decisionSource: null,
  reviewedAt: null,
  voidedAt: null,
  consumedAt: null,
  consumedBy: null,
  outcome: null,
  outcomeDetail: null,
  outcomeAt: null,
  answer: null,
} as const satisfies Partial<Review>;

const waiting = columns.filter((name) => !(name in undecided));

/** SQL: the columns of a `Review` without those in `undecided`, where `r` is the table's row. */
export const waitingColumns = select(waiting);

/** SQL: the columns in `alias`, a subquery that selected `waitingColumns`. */
export const waitingColumnsIn = (alias: string): string => selectIn(waiting, alias);

/** SQL: the columns of a `Review` that summaries in lists need, where `r` is the table's row. */
export const summaryColumns = select(summary);

/** SQL: the columns of a `Review` in `alias`, a subquery that selected `reviewColumns`. */
export const reviewColumnsIn = (alias: string): string => selectIn(columns, alias);

/** SQL: the columns of a `Review` in `alias`, a subquery that selected `summaryColumns`. */
export const summaryColumnsIn = (alias: string): string => selectIn(summary, alias);

/** When the approval became void, even if its lapse was not recorded yet. Null if it is valid. */
export function voidedAtOf({ voidedAt, validUntil, status, processed }: AnyReview): Date | null {
  const isLapsed =
    validUntil != null && status === 'APPROVED' && !processed && validUntil.getTime() <= Date.now();
  return voidedAt ?? (isLapsed ? validUntil : null);
}

/** Whether the actor requested the review or is one of its consumers. */
export const isParty = (
  { actor }: Viewer,
  review: Pick<Review, 'requestedBy' | 'consumers'>,
): boolean => isPartyNamed(review, actor);

/** SQL: `isParty`, where the parameter holds the actor. */
export const isPartySql = (alias: string, parameter: string): string =>
  `(${alias}."requestedBy" = ${parameter} OR ${parameter} = ANY (${alias}."consumers"))`;

/** Whether the viewer may see the review or event. */
export const maySee = (
  viewer: Viewer,
  { requestedBy, consumers }: { requestedBy: string; consumers: string[] | null },
): boolean =>
  limitedTo(viewer) === null || isParty(viewer, { requestedBy, consumers: consumers ?? [] });

/** SQL: `maySee`, where the parameter holds `limitedTo(viewer)`. */
export const isVisibleTo = (alias: string, parameter: string): string =>
  `(${parameter}::text IS NULL OR ${isPartySql(alias, parameter)})`;

/** `maySee` as a filter for Prisma. */
export function visibleTo(viewer: Viewer) {
  const actor = limitedTo(viewer);
  return actor === null ? {} : { OR: [{ requestedBy: actor }, { consumers: { has: actor } }] };
}
