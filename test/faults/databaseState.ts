import type pg from 'pg';

export type ReviewRow = {
  owner: string;
  nodeExecId: string;
  graphExecId: string;
  status: string;
  decisionSource: string | null;
  decidedBy: string | null;
  reviewMessage: string | null;
  payload: unknown;
  originalPayload: unknown;
  payloadDigest: string | null;
  processed: boolean;
  requestedBy: string;
  consumedBy: string | null;
  callDigest: string | null;
  outcome: string | null;
  createdAt: number;
  reviewedAt: number | null;
  expiresAt: number | null;
  consumedAt: number | null;
};

export type EventRow = {
  owner: string;
  number: number;
  kind: string;
  nodeExecId: string;
  graphExecId: string;
  actor: string;
};

export type AutoApprovalRow = {
  owner: string;
  graphExecId: string;
  nodeId: string;
  maxUses: number | null;
  uses: number;
};

/** What the database holds when all is over. Times are milliseconds. */
export type DatabaseState = {
  readAt: number;
  reviews: ReviewRow[];
  events: EventRow[];
  counters: { owner: string; lastNumber: number; waiting: number }[];
  executions: { owner: string; graphExecId: string; status: string }[];
  autoApprovals: AutoApprovalRow[];
  webhooks: { owner: string; webhookId: string; after: number; kinds: string[] }[];
};

const ms = (column: string) => `extract(epoch FROM "${column}")::float8 * 1000 AS "${column}"`;

/** @param webhooks from where on each had to be sent events, which the tables no longer tell */
export async function readDatabaseState(
  client: pg.Client,
  webhooks: DatabaseState['webhooks'],
): Promise<DatabaseState> {
  const rows = async <Row>(sql: string) => (await client.query(sql)).rows as Row[];
  return {
    readAt: Date.now(),
    webhooks,
    reviews: await rows(
      `SELECT "userId" AS "owner", "nodeExecId", "graphExecId", "status", "decisionSource", "decidedBy",
        "reviewMessage", "payload", "originalPayload", "payloadDigest", "processed", "requestedBy", "consumedBy",
        "callDigest", "outcome", ${['createdAt', 'reviewedAt', 'expiresAt', 'consumedAt'].map(ms).join(', ')}
      FROM "PendingReview"`,
    ),
    events: await rows(
      `SELECT "userId" AS "owner", "number"::int, "kind", "nodeExecId", "graphExecId", "actor"
      FROM "ReviewEvent" ORDER BY "userId", "number"`,
    ),
    counters: await rows(
      `SELECT "userId" AS "owner", "lastNumber"::int, "waiting"::int FROM "OwnerCounter"`,
    ),
    executions: await rows(
      `SELECT "userId" AS "owner", "graphExecId", "status" FROM "GraphExecution"`,
    ),
    autoApprovals: await rows(
      `SELECT "userId" AS "owner", "graphExecId", "nodeId", "maxUses", "uses" FROM "AutoApproval"`,
    ),
  };
}
