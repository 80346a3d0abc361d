import type pg from 'pg';
import type { Searchable } from '../src/search/terms.ts';
import { listsWith, Terms, teamsOf } from '../src/search/terms.ts';

/** Rows per statement. */
const BATCH = 5_000;
const HALF_MINUTE_MS = 30_000;

type Row = Searchable & {
  nodeExecId: string;
  createdAt: Date;
  wasEdited: boolean;
  reviewedAt: Date | null;
};

const sources = ['REVIEWER', 'AUTO_APPROVAL', 'POLICY', 'EXPIRY'] as const;

/**
 * Reviews of many agents, steps, runs and words, two a minute until now. A tenth waits, the others
 * are decided.
 */
function rowOf(n: number, total: number, now: number): Row {
  const digit = n % 10;
  const isDecided = digit > 0;
  const createdAt = new Date(now - (total - n) * HALF_MINUTE_MS);
  return {
    nodeExecId: `search-${n}`,
    createdAt,
    kind: n % 2000 === 0 ? 'QUESTION' : 'ACTION',
    status: digit === 0 ? 'WAITING' : digit < 8 ? 'APPROVED' : 'REJECTED',
    graphId: `workflow-${n % 100}`,
    nodeId: `step-${n % 1000}`,
    graphExecId: `run-${Math.floor(n / 20)}`,
    tags: [`region-${n % 20}`, `batch-${Math.floor(n / 1000)}`],
    risk: n % 500 === 0 ? 'CRITICAL' : n % 500 === 1 ? 'HIGH' : 'LOW',
    requestedBy: `agent-${n % 50}`,
    decidedBy: isDecided ? `person-${n % 200}` : null,
    decisionSource: isDecided ? (sources[Math.floor(n / 10) % 4] ?? null) : null,
    wasEdited: digit === 1,
    reviewedAt: isDecided ? new Date(createdAt.getTime() + (n % 600) * 1_000) : null,
    approverTeams: [`team-${n % 40}`],
    ruleIds: [`rule-${n % 60}`],
    headline: `Refund order ${n} of customer ${n % 5_000}`,
    instructions: `The customer asked for it in ticket ${n % 20_000}`,
  };
}

const columns = `"nodeExecId" TEXT, "createdAt" TIMESTAMPTZ, "kind" "ReviewKind", "status" "ReviewStatus",
  "graphId" TEXT, "nodeId" TEXT, "graphExecId" TEXT, "tags" TEXT[], "risk" "Risk", "requestedBy" TEXT,
  "decidedBy" TEXT, "decisionSource" "DecisionSource", "wasEdited" BOOLEAN, "reviewedAt" TIMESTAMPTZ,
  "approverTeams" TEXT[], "ruleIds" TEXT[], "headline" TEXT, "instructions" TEXT, "terms" TSVECTOR,
  "teamIds" TEXT[], "lists" TEXT[]`;

const insert = `WITH n AS MATERIALIZED (SELECT * FROM json_to_recordset($2::json) AS n(${columns})),
  reviews AS (
    INSERT INTO "PendingReview" ("userId", "graphVersion", "payload", "policyVerdict", "nodeExecId",
      "createdAt", "kind", "status", "graphId", "nodeId", "graphExecId", "tags", "risk",
      "requestedBy", "decidedBy", "decisionSource", "wasEdited", "reviewedAt", "approverTeams",
      "headline", "instructions")
    SELECT $1, 1, '{}', jsonb_build_object('ruleIds', "ruleIds"), "nodeExecId", "createdAt", "kind",
      "status", "graphId", "nodeId", "graphExecId", "tags", "risk", "requestedBy", "decidedBy",
      "decisionSource", "wasEdited", "reviewedAt", "approverTeams", "headline", "instructions" FROM n
  ), lists AS (
    INSERT INTO "SearchList" ("userId", "value", "createdAt", "nodeExecId")
    SELECT $1, unnest("lists"), "createdAt", "nodeExecId" FROM n
  )
  INSERT INTO "SearchEntry" ("userId", "nodeExecId", "createdAt", "terms", "graphId", "nodeId",
    "status", "wasEdited", "decidedBy", "decisionSource", "reviewedAt", "teamIds", "ruleIds")
  SELECT $1, "nodeExecId", "createdAt", "terms", "graphId", "nodeId", "status", "wasEdited",
    "decidedBy", "decisionSource", "reviewedAt", "teamIds", "ruleIds" FROM n`;

/**
 * Writes reviews of a workspace and their search entries, without events and without the job that
 * fills the search, which would take far longer.
 * @param client as a superuser
 */
export async function fillSearch(client: pg.Client, userId: string, total: number): Promise<void> {
  const terms = new Terms(userId);
  const now = Date.now();
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS "name", indexdef AS "definition" FROM pg_indexes
    WHERE tablename = 'SearchEntry' AND indexname NOT LIKE '%_pkey'`,
  );
  await client.query(`SET session_replication_role = replica; SET maintenance_work_mem = '512MB'`);
  for (const { name } of indexes) await client.query(`DROP INDEX "${name}"`);
  let written: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < total; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, total - from) }, (_, at) => {
      const row = rowOf(from + at, total, now);
      return { ...row, terms: terms.of(row), teamIds: teamsOf(row), lists: listsWith(row) };
    });
    const batch = JSON.stringify(rows);
    await written;
    written = client.query(insert, [userId, batch]);
  }
  await written;
  for (const { definition } of indexes) await client.query(definition);
  await client.query(
    `INSERT INTO "OwnerCounter" ("userId", "lastNumber") VALUES ('${userId}', 0) ON CONFLICT DO NOTHING;
    INSERT INTO "SearchCursor" ("userId", "number") VALUES ('${userId}', 0);
    SET session_replication_role = DEFAULT`,
  );
}
