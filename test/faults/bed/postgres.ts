import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Cluster, prepareCluster, ROLE } from '../../../src/database/embedded/cluster.ts';
import { startServer, stopServer } from '../../../src/database/embedded/server.ts';
import { runAs } from '../../../src/database/embedded/serverUser.ts';
import { urlOfDatabase } from '../../support/urlOfDatabase.ts';

const DATABASE = 'holdpoint';

/**
 * A real PostgreSQL, durable as in production. It can be stopped by an administrator, a failover or
 * a crash, and comes back on the same port.
 */
export class Postgres {
  readonly #home: string;
  readonly #cluster: Cluster;
  readonly port: number;

  static async open(): Promise<Postgres> {
    const home = await mkdtemp(join(tmpdir(), 'holdpoint-faults-'));
    await chmod(home, 0o755); // another user runs the server when this runs as root
    const cluster = await prepareCluster(join(home, 'data'));
    const { port } = await startServer(cluster);
    const postgres = new Postgres(home, cluster, port);
    const admin = await postgres.connect('postgres');
    await admin.query(`CREATE DATABASE ${DATABASE}`);
    await admin.end();
    return postgres;
  }

  private constructor(home: string, cluster: Cluster, port: number) {
    this.#home = home;
    this.#cluster = cluster;
    this.port = port;
  }

  /** @param port the port of a proxy in front of it (default: its own) */
  url(port = this.port): string {
    const server = `postgres://${ROLE}:${this.#cluster.password}@127.0.0.1:${port}/`;
    return urlOfDatabase(server, DATABASE);
  }

  async connect(database = DATABASE): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: urlOfDatabase(this.url(), database) });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /**
   * @param mode `fast` rolls back transactions and writes everything; `immediate` is like a crash,
   * with recovery
   */
  async restart(mode: 'fast' | 'immediate', awayMs: number): Promise<void> {
    await stopServer(this.#cluster, mode);
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    await startServer(this.#cluster, this.port);
  }

  /** Kills a backend with SIGKILL. PostgreSQL then terminates all others and recovers. */
  async crashBackend(): Promise<void> {
    const client = await this.connect();
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'holdpoint%' LIMIT 1`,
    );
    await client.end();
    const { bin, user } = this.#cluster;
    if (rows[0]) await runAs(user, join(bin, 'pg_ctl'), 'kill', 'KILL', String(rows[0].pid));
  }

  /** Closes every connection of the service, as an administrator may. */
  async endConnections(): Promise<void> {
    const client = await this.connect();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'holdpoint%'`,
    );
    await client.end();
  }

  async close(): Promise<void> {
    await stopServer(this.#cluster);
    await rm(this.#home, { recursive: true, force: true });
  }
}
