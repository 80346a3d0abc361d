import pg from 'pg';
import { distribute } from '../../src/database/distribute.ts';
import { migrate } from '../../src/database/migrate.ts';
import { urlOfDatabase } from './urlOfDatabase.ts';

/**
 * Makes a distributed database that other databases can be copied from, node by node.
 * @param coordinator URL of a database with the extension and its workers
 * @returns the URLs of all nodes, the coordinator first
 */
export async function makeTemplate(coordinator: string, name: string): Promise<string[]> {
  const nodes = await nodesOf(coordinator);
  for (const node of nodes) {
    await onNode(node, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `CREATE DATABASE ${name}`]);
    await onNode(urlOfDatabase(node, name), ['CREATE EXTENSION citus']);
  }
  const [first = '', ...workers] = nodes;
  const url = urlOfDatabase(first, name);
  const { hostname, port } = new URL(first);
  await onNode(url, [
    `SELECT citus_set_coordinator_host('${hostname}', ${port})`,
    ...workers.map((worker) => {
      const { hostname: host, port: workerPort } = new URL(worker);
      return `SELECT citus_add_node('${host}', ${workerPort})`;
    }),
  ]);
  await migrate(url);
  await distribute(url);
  for (const node of nodes) {
    await onNode(node, [
      // Citus keeps a connection to each of its databases.
      `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
    ]);
  }
  return nodes;
}

async function nodesOf(coordinator: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: coordinator });
  await client.connect();
  const { rows } = await client.query<{ host: string; port: number }>(
    `SELECT nodename AS "host", nodeport AS "port" FROM pg_dist_node
    WHERE isactive AND groupid > 0 ORDER BY groupid`,
  );
  await client.end();
  const workers = rows.map(({ host, port }) => {
    const url = new URL(coordinator);
    url.hostname = host;
    url.port = String(port);
    return url.href;
  });
  return [coordinator, ...workers];
}

async function onNode(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Runs what Citus refuses on each shard by itself, such as an update with `clock_timestamp()`. */
export async function onShards(
  nodes: readonly string[],
  text: string,
  values: readonly unknown[],
): Promise<{ rows: unknown[] }> {
  const rows: unknown[] = [];
  for (const node of nodes.slice(1)) {
    const client = new pg.Client({ connectionString: node });
    await client.connect();
    await client.query('SET citus.enable_manual_changes_to_shards = on');
    // The shards of all tables, by their place in the hash.
    const shards = await client.query<{ names: Record<string, string> }>(
      `SELECT json_object_agg(c.relname, c.relname || '_' || s.shardid) AS "names"
      FROM pg_dist_shard s JOIN pg_dist_placement p USING (shardid)
      JOIN pg_dist_local_group l USING (groupid) JOIN pg_class c ON c.oid = s.logicalrelid
      WHERE s.shardminvalue IS NOT NULL GROUP BY s.shardminvalue`,
    );
    for (const { names } of shards.rows) {
      const onShard = text.replace(/"(\w+)"/g, (name, table) =>
        table in names ? `"${names[table]}"` : name,
      );
      rows.push(...(await client.query(onShard, [...values])).rows);
    }
    await client.end();
  }
  return { rows };
}
