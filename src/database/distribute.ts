import pg from 'pg';
import { applicationName } from './applicationName.ts';
import { connectedProcesses } from './connectedProcesses.ts';
import { workspaceTables } from './workspaceTables.ts';

/** The tables cannot be distributed. Nothing was changed. */
export class NotDistributedError extends Error {}

/** All others have the same shards as this one. */
const FIRST = 'PendingReview';
/** Looked up by a secret, before the workspace is known. They stay on the coordinator. */
const localTables = ['ApiToken', 'Session'];
/** One row for all workspaces, which triggers read. Each node has it. */
const REFERENCE = 'FeedEpoch';

/**
 * Distributes the tables of workspaces over the nodes of Citus, so that each workspace is in one
 * shard. All or nothing. The tables are locked until it has ended, and their rows are copied.
 * @returns the names of the tables; none if they are distributed already
 * @throws NotDistributedError
 */
export async function distribute(url: string): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName('migrate'),
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await checkExtension(client);
    if (await isOnCitus(client)) return [];
    await checkConnected(client);
    await client.query('BEGIN');
    await allowDistributedChanges(client);
    const distributed = await distributeNew(client);
    await client.query('COMMIT');
    return distributed;
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw refusal(error);
    throw error;
  } finally {
    // Closing the connection rolls back an open transaction.
    await client.end();
  }
}

/** Whether the tables are distributed with Citus. */
export async function isOnCitus(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`SELECT 1 FROM pg_proc WHERE proname = 'inWorkspace'`);
  return rows.length > 0;
}

/** Lets the transaction change the schema of distributed tables. */
export async function allowDistributedChanges(client: pg.Client): Promise<void> {
  // One connection to each node, so that the transaction sees its own changes.
  await client.query(`SET LOCAL citus.multi_shard_modify_mode = 'sequential'`);
  // Our triggers write only rows of the workspace whose row fires them.
  await client.query('SET LOCAL citus.enable_unsafe_triggers = on');
}

/**
 * Distributes the tables and functions that are not distributed yet.
 * @returns the names of these tables of workspaces
 * @throws NotDistributedError
 */
export async function distributeNew(client: pg.Client): Promise<string[]> {
  const known = await knownTables(client);
  const all = await workspaceTables(client);
  await checkKeys(client, all);
  if (!known.has(REFERENCE)) await client.query(`SELECT create_reference_table('"${REFERENCE}"')`);
  const tables = [FIRST, ...all.filter((name) => name !== FIRST)].filter(
    (name) => !known.has(name),
  );
  // Rows that are copied would fire the triggers.
  const triggers = await dropTriggers(client, tables);
  for (const table of tables) {
    await client.query(`SELECT create_distributed_table($1, 'userId', colocate_with => $2)`, [
      `"${table}"`,
      table === FIRST ? 'none' : `"${FIRST}"`,
    ]);
  }
  for (const table of localTables.filter((name) => !known.has(name))) {
    await client.query('SELECT citus_add_local_table_to_metadata($1)', [`"${table}"`]);
  }
  await distributeFunctions(client);
  for (const trigger of triggers) await client.query(trigger);
  return tables;
}

/** @returns SQL: the triggers, to create them again */
async function dropTriggers(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ drop: string; create: string }>(
    `SELECT format('DROP TRIGGER %I ON %I', t.tgname, c.relname) AS "drop",
      pg_get_triggerdef(t.oid) AS "create"
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relname = ANY ($1) AND c.relnamespace = 'public'::regnamespace
    ORDER BY c.relname, t.tgname`,
    [tables],
  );
  for (const { drop } of rows) await client.query(drop);
  return rows.map(({ create }) => create);
}

const refusal = ({ message }: pg.DatabaseError) =>
  new NotDistributedError(`The tables cannot be distributed: ${message}. Nothing was changed.`);

async function checkExtension(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`SELECT 1 FROM pg_extension WHERE extname = 'citus'`);
  if (rows.length > 0) return;
  throw new NotDistributedError(
    'The database does not have the extension citus. Create it on all nodes and add the workers, ' +
      'then try again. Nothing was changed.',
  );
}

async function knownTables(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS "name" FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** @throws NotDistributedError if a unique key does not have the workspace in it */
async function checkKeys(client: pg.Client, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ key: string; table: string }>(
    `SELECT k.relname AS "key", t.relname AS "table" FROM pg_index i
    JOIN pg_class k ON k.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'userId'
    WHERE i.indisunique AND t.relname = ANY ($1) AND t.relnamespace = 'public'::regnamespace
      AND a.attnum <> ALL (i.indkey)`,
    [tables],
  );
  const [first] = rows;
  if (!first) return;
  throw new NotDistributedError(
    `The unique key ${first.key} of the table ${first.table} does not have the workspace (userId) ` +
      'in it. It is not Holdpoint’s: drop it, then try again. Nothing was changed.',
  );
}

/** Processes that have started look at how the tables are stored only then. */
async function checkConnected(client: pg.Client): Promise<void> {
  const names = await connectedProcesses(client, () => true);
  if (names.length === 0) return;
  throw new NotDistributedError(
    `The tables cannot be distributed while processes are connected: ${names.join(', ')}. Stop all ` +
      'of them, then try again. Nothing was changed.',
  );
}

/** Creates the functions on all nodes: those of triggers, and the one that runs statements. */
async function distributeFunctions(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT oid::regprocedure::text AS "name" FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_dist_object o
        WHERE o.classid = 'pg_proc'::regclass AND o.objid = pg_proc.oid)`,
  );
  for (const { name } of rows) await client.query('SELECT create_distributed_function($1)', [name]);
  for (const sql of [prepareOnShard, inWorkspace, inNode, appendReviewEvents]) {
    await client.query(sql);
  }
  await client.query(`SELECT create_distributed_function('"prepareOnShard"(TEXT, TEXT, TEXT)')`);
  for (const name of ['inWorkspace', 'inNode']) {
    await client.query(
      `SELECT create_distributed_function('"${name}"(TEXT, TEXT, TEXT, TEXT, TEXT)', 'userId',
        colocate_with => '"${FIRST}"', force_delegation => true)`,
    );
  }
}

// Parts of both functions in SQL below. Each connection of Citus prepares a statement once.

/** SQL: an aborted transaction leaves prepared statements, but not this note of them. */
const isNotPrepared = `current_setting('holdpoint.' || "prepared", true) IS DISTINCT FROM 'prepared'`;

const prepare = `IF EXISTS (SELECT FROM pg_prepared_statements p WHERE p.name = "prepared") THEN
      EXECUTE format('DEALLOCATE %I', "prepared");
    END IF;
    EXECUTE format('PREPARE %I AS %s', "prepared", "statement");
    PERFORM set_config('holdpoint.' || "prepared", 'prepared', false);`;

/** SQL: returns the rows as one text, `(1,one)(2,two)`. A statement that reads makes it itself. */
const run = `"call" := format('EXECUTE %I', "prepared") || "values";
  IF "result" = 'TEXT' THEN
    EXECUTE "call" INTO "text";
    RETURN "text";
  ELSIF "result" = 'ROWS' THEN
    FOR "row" IN EXECUTE "call" LOOP "texts" := "texts" || "row"::text; END LOOP;
    RETURN array_to_string("texts", '');
  ELSE
    EXECUTE "call";
    RETURN NULL;
  END IF;`;

/**
 * SQL: prepares a statement for the shard of a workspace: it names the tables of the shard, so
 * Citus does not plan it. Returns the name of the prepared statement.
 */
const prepareOnShard = `CREATE OR REPLACE FUNCTION "prepareOnShard"(
  "userId" TEXT, "name" TEXT, "statement" TEXT
) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  "shard" BIGINT := get_shard_id_for_distribution_column('"${FIRST}"', "userId");
  "prepared" TEXT := 'on_' || md5("name" || ' ' || "shard");
  "table" RECORD;
BEGIN
  IF ${isNotPrepared} THEN
    FOR "table" IN
      SELECT c.relname AS "name", CASE p.partmethod
        WHEN 'h' THEN get_shard_id_for_distribution_column(p.logicalrelid, "userId")
        ELSE (SELECT s.shardid FROM pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid)
      END AS "shard"
      FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
      WHERE p.partmethod = 'h' OR c.relname = '${REFERENCE}'
    LOOP
      "statement" := replace("statement", quote_ident("table"."name"),
        quote_ident("table"."name" || '_' || "table"."shard"));
    END LOOP;
    ${prepare}
  END IF;
  RETURN "prepared";
END $$`;

/**
 * SQL: the function that runs a statement about a workspace where the workspace is. It runs on the
 * node that has the shard, and there on the tables of the shard, as on one server. A shard that is
 * being moved waits for the lock that a statement holds until its transaction has ended.
 */
const inWorkspace = `CREATE OR REPLACE FUNCTION "inWorkspace"(
  "userId" TEXT, "name" TEXT, "statement" TEXT, "values" TEXT, "result" TEXT
) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  "shard" BIGINT := get_shard_id_for_distribution_column('"${FIRST}"', "userId");
  "prepared" TEXT;
  "call" TEXT;
  "row" RECORD;
  "text" TEXT;
  "texts" TEXT[];
BEGIN
  PERFORM lock_shard_metadata(5, ARRAY["shard"]);
  IF NOT EXISTS (
    SELECT FROM pg_dist_placement p JOIN pg_dist_local_group l ON l.groupid = p.groupid
    WHERE p.shardid = "shard"
  ) THEN
    RAISE EXCEPTION 'The workspace has just been moved' USING ERRCODE = 'serialization_failure';
  END IF;
  "prepared" := "prepareOnShard"("userId", "name", "statement");
  ${run}
END $$`;

/**
 * SQL: the function of the triggers, for Citus. The statements are those of the migrations. There
 * they would be planned by Citus each time, which takes three times as long as all the rest.
 */
const appendReviewEvents = `CREATE OR REPLACE FUNCTION "appendReviewEvents"("changes" "ReviewChange"[])
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  "part" RECORD;
  "owner" TEXT;
  "jobs" RECORD;
BEGIN
  FOR "part" IN
    SELECT c."userId", array_agg(c) AS "all", min(c."deadline") AS "deadline"
    FROM unnest("changes") c GROUP BY c."userId" ORDER BY c."userId"
  LOOP
    "owner" := "part"."userId";
    EXECUTE format('EXECUTE %I(%L, %L)', "prepareOnShard"("owner", 'append events', $s$
      WITH "change" AS MATERIALIZED (SELECT * FROM unnest($1::"ReviewChange"[])),
      "counter" AS (
        INSERT INTO "OwnerCounter" AS o ("userId", "lastNumber", "waiting", "storedBytes")
        SELECT $2::text, (SELECT "start" FROM "FeedEpoch") + count(*), sum(c."waiting"), sum(c."bytes")
        FROM "change" c
        ON CONFLICT ("userId") DO UPDATE SET
          "lastNumber" = o."lastNumber" + excluded."lastNumber" - (SELECT "start" FROM "FeedEpoch"),
          "waiting" = o."waiting" + excluded."waiting",
          "storedBytes" = o."storedBytes" + excluded."storedBytes"
        RETURNING o."lastNumber"
      )
      INSERT INTO "ReviewEvent" ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor",
        "requestedBy", "consumers", "status", "decisionSource", "payloadDigest", "message")
      SELECT $2::text, o."lastNumber" + 1 - row_number() OVER (ORDER BY c."nodeExecId" DESC), c."kind",
        c."nodeExecId", c."graphExecId", c."actor", c."requestedBy", c."consumers", c."status",
        c."decisionSource", c."payloadDigest", c."message"
      FROM "change" c, "counter" o$s$), "part"."all", "owner");
    EXECUTE format('EXECUTE %I(%L, %L)', "prepareOnShard"("owner", 'look at jobs', $s$
      SELECT bool_or(j."kind" = 'deliverWebhook') AS "hasWebhooks",
        bool_or(j."kind" = 'expireReviews' AND j."dueAt" <= $2::timestamptz) AS "isEarlyEnough",
        bool_or(j."kind" = 'updateSearch' AND j."dueAt" IS NOT NULL) AS "isSearchDue"
      FROM "Job" j
      WHERE j."userId" = $1::text
        AND j."kind" IN ('deliverWebhook', 'expireReviews', 'updateSearch')$s$),
      "owner", "part"."deadline") INTO "jobs";
    PERFORM "writeJobsDue"("owner", "part"."deadline", "jobs"."hasWebhooks", "jobs"."isEarlyEnough",
      "jobs"."isSearchDue");
  END LOOP;
END $$`;

/**
 * SQL: the function that runs a statement on all shards of the node that has the workspace. Each
 * table in FROM, which needs an alias, is all its shards there.
 */
const inNode = `CREATE OR REPLACE FUNCTION "inNode"(
  "userId" TEXT, "name" TEXT, "statement" TEXT, "values" TEXT, "result" TEXT
) RETURNS TEXT LANGUAGE plpgsql AS $$
DECLARE
  "prepared" TEXT := 'on_' || md5("name" || (SELECT string_agg(p.shardid::text, ',' ORDER BY p.shardid)
    FROM pg_dist_placement p JOIN pg_dist_local_group l ON l.groupid = p.groupid
    JOIN pg_dist_shard s ON s.shardid = p.shardid AND s.logicalrelid = '"${FIRST}"'::regclass));
  "table" RECORD;
  "call" TEXT;
  "row" RECORD;
  "text" TEXT;
  "texts" TEXT[];
BEGIN
  IF ${isNotPrepared} THEN
    FOR "table" IN
      SELECT c.relname AS "name", string_agg(format('SELECT * FROM %I', c.relname || '_' || s.shardid),
        ' UNION ALL ' ORDER BY s.shardid) AS "shards"
      FROM pg_dist_shard s JOIN pg_class c ON c.oid = s.logicalrelid
      JOIN pg_dist_placement p ON p.shardid = s.shardid
      JOIN pg_dist_local_group l ON l.groupid = p.groupid
      WHERE position('FROM ' || quote_ident(c.relname) IN "statement") > 0 GROUP BY 1
    LOOP
      "statement" := replace("statement", 'FROM ' || quote_ident("table"."name"),
        format('FROM (%s)', "table"."shards"));
    END LOOP;
    ${prepare}
  END IF;
  ${run}
END $$`;
