// Runs where CITUS_URL is set: the URL of a database with the extension citus on its coordinator,
// and at least two workers. Other tests run on Citus in the same way:
// `CITUS_URL=… npm test -- test/reviews`.

import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { distribute } from '../../src/database/distribute.ts';
import { fitToTables } from '../../src/database/fitToTables.ts';
import { migrate } from '../../src/database/migrate.ts';
import { approve, ask, eventsOf } from '../support/operations.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { type TestDatabase, testDatabase } from '../support/testDatabase.ts';
import { type TestService, testService } from '../support/testService.ts';

const isOnCitus = inject('postgres').nodes.length > 2;
const why = isOnCitus ? '' : ' (skipped, because CITUS_URL is not set)';

type Node = { id: number; host: string; port: number };
/** The workers, and the shard of each workspace. */
const nodeOf = async ({ sql }: TestDatabase, userId: string) => {
  const [row] = await sql<Node & { shard: string }>(
    `SELECT n.nodeid AS "id", n.nodename AS "host", n.nodeport AS "port", s.shard
    FROM get_shard_id_for_distribution_column('"PendingReview"', $1::text) s(shard)
    JOIN pg_dist_placement p ON p.shardid = s.shard JOIN pg_dist_node n ON n.groupid = p.groupid`,
    [userId],
  );
  return row as Node & { shard: string };
};

/** A team on each of two workers. */
async function teamsOn(service: TestService) {
  const first = service.team();
  const node = await nodeOf(service.database, first.user);
  for (;;) {
    const second = service.team();
    const another = await nodeOf(service.database, second.user);
    if (another.id !== node.id) return [first, second, node, another] as const;
  }
}

type Changed = { reviewEvents: { cursor: string; nodeExecId: string } };
const changed = `subscription ($after: String) { reviewEvents(after: $after) { cursor nodeExecId } }`;

describe.skipIf(!isOnCitus)(`on Citus${why}`, async () => {
  const database = await testDatabase();
  const { sql } = database;

  it('distributes once', async () => {
    expect(await distribute(database.url)).toEqual([]);
  });

  it('tables stay as they are while processes are connected, or with a key of somebody else', async () => {
    const plain = await testDatabase({ empty: true });
    await plain.sql('CREATE EXTENSION citus');
    await migrate(plain.url);
    const service = await testService({ database: plain });
    await ask(service.team().agent, 'kept');
    await expect(distribute(plain.url)).rejects.toThrow(
      /^The tables cannot be distributed while processes are connected: .*holdpoint.*Nothing was changed\.$/,
    );
    await service.close();
    await plain.sql('CREATE UNIQUE INDEX "theirs" ON "PendingReview" ("askId")');
    await expect(distribute(plain.url)).rejects.toThrow(
      'The unique key theirs of the table PendingReview does not have the workspace (userId) in it.',
    );
    expect(await plain.sql('SELECT FROM pg_dist_partition')).toEqual([]);
    expect(await plain.sql('SELECT FROM "PendingReview"')).toHaveLength(1);
  });

  it('statements that read or write return the same values as on one server', async () => {
    const texts = ['', ' ', '"', '""', '\\', ',', '(', ')', '")("', "a,'b\\c'\n", 'é', 'NULL'];
    const columns = `v AS "text", length(v) AS "length", ARRAY[v, NULL] AS "list",
      to_jsonb(v) AS "json", NULL::int AS "nothing", v = ')' AS "yes",
      '2026-01-02 03:04:05.678+00'::timestamptz AS "at", v AS "last"`;
    const read = `SELECT ${columns} FROM unnest($2::text[]) v WHERE $1::text <> '' ORDER BY v`;
    const write = `WITH made AS (
        INSERT INTO "Team" ("userId", "teamId", "name")
        SELECT $1::text, md5(v), v FROM unnest($2::text[]) v RETURNING "name" AS v)
      SELECT ${columns} FROM made ORDER BY v`;
    const opened = openDatabase(database.url);
    const { rows } = await opened.pool.query(read, ['acme', texts]);
    expect(rows.map(({ text }) => text).sort()).toEqual(texts.toSorted());
    await fitToTables(opened);
    for (const [name, text] of Object.entries({ read, write })) {
      expect(await opened.query({ name, text }, ['values', texts])).toEqual(rows);
    }
    expect(await opened.query({ name: 'read', text: read }, ['values', []])).toEqual([]);
    await opened.close();
    await sql(`DELETE FROM "Team" WHERE "userId" = 'values'`);
  });

  it('a later migration changes tables, functions and triggers on all nodes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdpoint-migrations-'));
    const name = '9999_later';
    await mkdir(join(folder, name));
    await writeFile(
      join(folder, name, 'migration.sql'),
      `ALTER TABLE "Team" ADD "later" TEXT;
      CREATE INDEX "Team_later" ON "Team" ("userId", "later");
      CREATE TABLE "Later" ("userId" TEXT COLLATE "C" NOT NULL, "id" TEXT NOT NULL, PRIMARY KEY ("userId", "id"));
      CREATE FUNCTION "later"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
      BEGIN NEW."later" := 'set'; RETURN NEW; END $$;
      CREATE TRIGGER "later" BEFORE INSERT ON "Team" FOR EACH ROW EXECUTE FUNCTION "later"();
      UPDATE "Team" SET "later" = 'before' WHERE "later" IS NULL;`,
    );
    await sql(`INSERT INTO "Team" ("userId", "teamId", "name") VALUES ('acme', 'before', '')`);
    expect(await migrate(database.url, { folder: pathToFileURL(`${folder}/`) })).toEqual([name]);
    await sql(`INSERT INTO "Team" ("userId", "teamId", "name") VALUES ('acme', 'after', '')`);
    expect(await sql(`SELECT "teamId", "later" FROM "Team" ORDER BY 1`)).toEqual([
      { teamId: 'after', later: 'set' },
      { teamId: 'before', later: 'before' },
    ]);
    expect(
      await sql(
        `SELECT partmethod FROM pg_dist_partition WHERE logicalrelid = '"Later"'::regclass`,
      ),
    ).toEqual([{ partmethod: 'h' }]);
    await rm(fileURLToPath(pathToFileURL(folder)), { recursive: true });
  });

  it('a workspace that is moved under load keeps its feed without gaps', async () => {
    const service = await testService({ database });
    const { user, agent, reviewer } = service.team();
    const events = reviewer.subscribe<Changed>(changed, { after: '0' });
    let isMoving = true;
    let asked = 0;
    const run = randomUUID();
    const writers = Array.from({ length: 4 }, async () => {
      while (isMoving) await ask(agent, `${run}-${asked++}`);
    });
    for (let round = 0; round < 4; round++) {
      const from = await nodeOf(database, user);
      const [to] = await sql<Node>(
        `SELECT nodename AS "host", nodeport AS "port" FROM pg_dist_node
        WHERE groupid > 0 AND nodeid <> $1`,
        [from.id],
      );
      await sql('SELECT citus_move_shard_placement($1, $2, $3, $4, $5, $6)', [
        ...[from.shard, from.host, from.port, to?.host, to?.port],
        round % 2 === 0 ? 'force_logical' : 'block_writes',
      ]);
      expect((await nodeOf(database, user)).id).not.toBe(from.id);
    }
    isMoving = false;
    await Promise.all(writers);
    const seen = (await events.take(asked)).map(({ reviewEvents }) => reviewEvents);
    expect(seen.map(({ cursor }) => Number(cursor))).toEqual(seen.map((_, at) => at + 1));
    expect(new Set(seen.map(({ nodeExecId }) => nodeExecId)).size).toBe(asked);
    await service.close();
  }, 120_000);

  it('with a worker down, its workspaces get SERVICE_UNAVAILABLE and all others go on', async () => {
    const own = await testDatabase();
    const teams = await testService({ database: own });
    const [up, down, , node] = await teamsOn(teams);
    await teams.close();
    const proxy = await switchedProxy(`http://${node.host}:${node.port}`);
    await own.sql('SELECT citus_update_node($1, $2, $3)', [
      node.id,
      '127.0.0.1',
      Number(new URL(proxy.url).port),
    ]);
    const service = await testService({ database: own });
    const agentOf = ({ user }: typeof up) => service.as({ user, actor: 'agent' });
    const events = service.as({ user: up.user, actor: 'ada' }).subscribe<Changed>(changed, {
      after: '0',
    });
    service.as({ user: down.user, actor: 'ada' }).subscribe<Changed>(changed, { after: '0' });
    await ask(agentOf(down), 'before');
    await ask(agentOf(up), 'before');
    await events.take(1);

    proxy.target = null;
    proxy.cut();
    const refused = await agentOf(down).answer(
      '{ pendingReviews(first: 1) { edges { node { nodeExecId } } } }',
    );
    expect(JSON.stringify(refused)).toContain('SERVICE_UNAVAILABLE');
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    expect(await ask(agentOf(up), 'expires', { expiresAt })).toMatchObject({
      review: { status: 'WAITING' },
    });
    await ask(agentOf(up), 'decided');
    await approve(service.as({ user: up.user, actor: 'ada' }), 'decided');
    await events.take(4);
    expect((await eventsOf(agentOf(up), 'expires')).map(({ kind }) => kind)).toEqual([
      'REQUESTED',
      'EXPIRED',
    ]);
    const { status } = await fetch(`${service.url}/ready`);
    expect(status).toBe(200);

    proxy.target = `http://${node.host}:${node.port}`;
    await expect
      .poll(async () => (await ask(agentOf(down), 'after'))?.review?.status)
      .toBe('WAITING');
    await service.close();
  }, 60_000);
});
