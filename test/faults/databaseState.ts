import type pg from 'pg';
import type { PolicyRule, Risk } from '../../src/policy/rule.ts';
import type { StoredVerdict } from '../../src/policy/verdict.ts';

export type ReviewRow = {
  owner: string;
  nodeExecId: string;
  graphExecId: string;
  graphId: string;
  graphVersion: number;
  nodeId: string;
  instructions: string | null;
  editable: boolean;
  requestedBy: string;
  consumers: string[];
  askId: string;
  status: string;
  decisionSource: string | null;
  decidedBy: string | null;
  reviewMessage: string | null;
  payload: unknown;
  /** Null if the payload is unedited. */
  originalPayload: unknown;
  payloadDigest: string | null;
  wasEdited: boolean | null;
  processed: boolean;
  consumedBy: string | null;
  callDigest: string | null;
  outcome: string | null;
  createdAt: number;
  reviewedAt: number | null;
  expiresAt: number | null;
  validUntil: number | null;
  voidedAt: number | null;
  consumedAt: number | null;
  /** Null if one approval is enough. */
  approvalsRequired: RequirementRow[] | null;
  votes: VoteRow[] | null;
  escalation: StepRow[] | null;
  escalationsDone: number;
  reassignedBy: string[];
  headline: string | null;
  risk: Risk | null;
  tags: string[];
  kind: string;
  /** From 1. */
  revision: number;
  /** Null unless ANSWERED. */
  answer: unknown;
  policyVersion: number | null;
  policyVerdict: StoredVerdict | null;
};

export type PolicyRow = {
  owner: string;
  version: number;
  mode: string;
  createdBy: string;
  createdAt: number;
  rules: PolicyRule[];
};

export type RequirementRow = { teamId: string | null; actors: string[] | null; count: number };
export type StepRow = { afterMs: number; teamIds: string[]; actors: string[] };
export type VoteRow = {
  actor: string;
  decision: 'APPROVE' | 'REJECT';
  subjectDigest: string;
  message: string | null;
  at: string;
  endedBy: string | null;
};

/** A revision that was replaced. */
export type RevisionRow = {
  owner: string;
  nodeExecId: string;
  revision: number;
  payload: unknown;
};

export type EventRow = {
  owner: string;
  number: number;
  kind: string;
  nodeExecId: string;
  graphExecId: string;
  actor: string;
  requestedBy: string;
  consumers: string[] | null;
  status: string | null;
  decisionSource: string | null;
  payloadDigest: string | null;
  message: string | null;
  at: number;
};

export type ExecutionRow = {
  owner: string;
  graphExecId: string;
  status: string;
  registeredBy: string | null;
  stoppedBy: string | null;
};

export type AutoApprovalRow = {
  owner: string;
  graphExecId: string;
  nodeId: string;
  graphId: string;
  graphVersion: number;
  /** Empty for any agent. */
  requestedBy: string;
  maxUses: number | null;
  uses: number;
};

/** The final state of the database. Times are in milliseconds. */
export type DatabaseState = {
  readAt: number;
  reviews: ReviewRow[];
  revisions: RevisionRow[];
  events: EventRow[];
  counters: { owner: string; lastNumber: number; waiting: number }[];
  executions: ExecutionRow[];
  autoApprovals: AutoApprovalRow[];
  /** In order. */
  policies: PolicyRow[];
  teams: { owner: string; teamId: string; actors: string[] }[];
  webhooks: { owner: string; webhookId: string; after: number; kinds: string[] }[];
};

const columns = (...names: string[]) => names.map((name) => `"${name}"`).join(', ');
const milliseconds = (...names: string[]) =>
  names
    .map((name) => `round(extract(epoch FROM "${name}") * 1000)::float8 AS "${name}"`)
    .join(', ');
const json = (...names: string[]) => names.map((name) => `"${name}"::json`).join(', ');

/**
 * Reads everything in one snapshot.
 * @param webhooks the cursor from which each must receive events, which the tables do not store
 */
export async function readDatabaseState(
  client: pg.Client,
  webhooks: DatabaseState['webhooks'],
): Promise<DatabaseState> {
  const rows = async <Row>(what: string, from: string) =>
    (await client.query(`SELECT "userId" AS "owner", ${what} FROM ${from}`)).rows as Row[];
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const state: DatabaseState = {
    readAt: Date.now(),
    webhooks,
    reviews: await rows(
      [
        columns('nodeExecId', 'graphExecId', 'graphId', 'graphVersion', 'nodeId', 'instructions'),
        columns('editable', 'requestedBy', 'consumers', 'askId', 'status', 'decisionSource'),
        columns('decidedBy', 'reviewMessage', 'payloadDigest', 'wasEdited', 'processed'),
        columns('consumedBy', 'callDigest', 'outcome', 'escalationsDone', 'reassignedBy'),
        columns('headline', 'risk', 'tags', 'policyVersion', 'kind', 'revision'),
        json('payload', 'originalPayload', 'approvalsRequired', 'votes', 'escalation'),
        json('policyVerdict', 'answer'),
        milliseconds('createdAt', 'reviewedAt', 'expiresAt', 'validUntil', 'voidedAt'),
        milliseconds('consumedAt'),
      ].join(', '),
      '"PendingReview"',
    ),
    revisions: await rows(
      [columns('nodeExecId', 'revision'), json('payload')].join(', '),
      '"ReviewRevision"',
    ),
    events: await rows(
      [
        '"number"::int',
        columns('kind', 'nodeExecId', 'graphExecId', 'actor', 'requestedBy', 'consumers'),
        columns('status', 'decisionSource', 'payloadDigest', 'message'),
        milliseconds('at'),
      ].join(', '),
      '"ReviewEvent" ORDER BY "userId", "number"',
    ),
    counters: await rows('"lastNumber"::int, "waiting"::int', '"OwnerCounter"'),
    executions: await rows(
      columns('graphExecId', 'status', 'registeredBy', 'stoppedBy'),
      '"GraphExecution"',
    ),
    autoApprovals: await rows(
      [
        columns('graphExecId', 'nodeId', 'graphId', 'graphVersion', 'requestedBy'),
        columns('maxUses', 'uses'),
      ].join(', '),
      '"AutoApproval"',
    ),
    policies: await rows(
      [columns('version', 'mode', 'createdBy'), json('rules'), milliseconds('createdAt')].join(
        ', ',
      ),
      '"Policy" ORDER BY "userId", "version"',
    ),
    teams: await rows(
      '"teamId", array_agg("actor") AS "actors"',
      '"TeamMember" GROUP BY "userId", "teamId"',
    ),
  };
  await client.query('COMMIT');
  return state;
}
