import pg from 'pg';
import { type Cluster, ROLE } from './cluster.ts';
import { DataFolderError, errorCode } from './dataFolder.ts';
import type { Postmaster } from './pidFile.ts';

/** "hold" and "data" in ASCII. Advisory locks are kept per database: this one is always taken in `postgres`. */
const OWNER_LOCK = [0x686f6c64, 0x64617461];
/** What the lock of a killed owner takes to be freed, with room to spare. */
const LOCK_PATIENCE_MS = 1_000;

/** A service owns its folder alone; a command goes away by itself soon. */
export type Role = 'service' | 'command';

/** Connects to the cluster's `postgres` database; undefined while the server starts, stops or has just gone. */
export async function connect(
  cluster: Cluster,
  { port }: Postmaster,
  name: string,
): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: ROLE,
    password: cluster.password,
    database: 'postgres',
    application_name: name,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  client.on('error', () => {
    // What a lost connection means is decided where it is used.
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (errorCode(error) !== '28P01') return undefined;
    throw new DataFolderError(
      `The password in ${cluster.folder} is not that of the database there. Restore the file, or set HOLDPOINT_DATA_DIR to another folder.`,
    );
  }
}

/** Waits a moment for the lock; false if another holds it, or the server has gone. */
export async function takeLock(client: pg.Client): Promise<boolean> {
  try {
    await client.query(`SET lock_timeout = ${LOCK_PATIENCE_MS}`);
    await client.query('SELECT pg_advisory_lock($1, $2)', OWNER_LOCK);
    return true;
  } catch {
    return false;
  }
}

/** The process that holds the lock, by what it calls itself; undefined if it has ended meanwhile. */
export async function holderOf(
  client: pg.Client,
): Promise<{ role: string; pid: string } | undefined> {
  try {
    const { rows } = await client.query<{ application_name: string }>(
      `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND granted`,
      OWNER_LOCK,
    );
    const [, role, pid] = rows[0]?.application_name.split(' ') ?? [];
    return role !== undefined && pid !== undefined ? { role, pid } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that started this server lives and may be about to take the lock: a hint that only costs time. */
export async function isBeingStarted(client: pg.Client): Promise<boolean> {
  try {
    const { rows } = await client.query<{ starter: string; isyoung: boolean }>(
      `SELECT split_part(current_setting('cluster_name'), ' ', 2) AS starter,
              now() - pg_postmaster_start_time() < interval '3 seconds' AS isyoung`,
    );
    const starter = Number(rows[0]?.starter);
    return rows[0]?.isyoung === true && starter !== process.pid && process.kill(starter, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
