import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { DataFolderError, errorCode } from '../../dataFolder.ts';
import { type Cluster, prepareCluster, ROLE } from './cluster.ts';
import { findServer, type Server, startServer, stopServer } from './server.ts';

/**
 * The embedded PostgreSQL: a real server in the data folder, shared by one service and any
 * commands.
 *
 * Each process that uses the server keeps a connection to it that holds an advisory lock in shared
 * mode. A process that leaves and then gets this lock exclusively was the last one, and stops the
 * server. A service also holds a second lock exclusively, so that there is only one service.
 *
 * PostgreSQL releases the locks of a process that was killed. Its server keeps running, and the
 * next process that needs the database finds it and uses it.
 */

/** "hold" in ASCII, and a number. Advisory locks belong to a database: these to `postgres`. */
const USERS_LOCK = '1752132708, 1';
const SERVICE_LOCK = '1752132708, 2';
const LOCK_NOT_AVAILABLE = '55P03';
const WRONG_PASSWORD = '28P01';
const DATABASE_EXISTS = '42P04';
/** The class of errors such as a full disk. */
const NO_RESOURCES = '53';

const DATABASE = 'holdpoint';
/** Covers recovery after a crash, and another process that starts or stops the server. */
const CONNECT_LIMIT_MS = 60_000;
/** Covers another process that starts the server, or the end of one that was killed. */
const START_LIMIT_MS = 5_000;
const RETRY_MS = 50;

type Role = 'service' | 'command';
type Session = { client: pg.Client; port: number };
type Log = Pick<Logger, 'info' | 'warn' | 'error'>;
type Options = { dataDir: string; mayCreate?: boolean; log: Log };

export type EmbeddedServer = {
  /** The URL of the database `holdpoint`, with the password. */
  url: string;
  /** Where the data is: HOLDPOINT_DATA_DIR, or a folder in /var/lib/holdpoint. */
  dataDir: string;
  stop(): Promise<void>;
};

/** Another service uses the data folder. */
export class DataFolderInUseError extends DataFolderError {
  override name = 'DataFolderInUseError';
}

/**
 * Opens the database of a data folder for a service, and creates it on first use. If PostgreSQL
 * crashes, it is started again on the same port, where the pools find it.
 * @throws DataFolderInUseError if another service uses the folder; DataFolderError for everything
 *   else that the user must fix
 */
export const startEmbedded = (options: Options): Promise<EmbeddedServer> =>
  open('service', options);

/**
 * Opens the database for a short command, whether a service is running or not.
 * @throws DataFolderError, also if there is no database and `mayCreate` is false
 */
export const joinEmbedded = (options: Options): Promise<EmbeddedServer> => open('command', options);

async function open(
  role: Role,
  { dataDir, mayCreate = true, log }: Options,
): Promise<EmbeddedServer> {
  const cluster = await prepareCluster(dataDir, { mayCreate });
  let { client, port } = await connect(cluster, role);
  let stopped: Promise<void> | undefined;
  let recovery: Promise<void> | undefined;

  const recoverWhenLost = () => {
    client.once('end', () => {
      if (stopped === undefined) recovery = recover();
    });
  };
  const recover = async () => {
    log.warn('lost the database server; restoring it');
    while (stopped === undefined) {
      try {
        ({ client } = await connect(cluster, role, port));
        recoverWhenLost();
        log.info('the database server is back');
        return;
      } catch (error) {
        log.error({ err: error }, 'the database server could not be started');
        await sleep(10 * RETRY_MS);
      }
    }
  };
  const stop = async () => {
    await recovery;
    await leave(cluster, client);
  };

  recoverWhenLost();
  return {
    url: `postgres://${ROLE}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`,
    dataDir: cluster.home,
    stop: () => {
      stopped ??= Promise.resolve().then(stop);
      return stopped;
    },
  };
}

/**
 * Connects to the server and takes the locks of this role. Starts the server if it is not running.
 * @param port where the server must be, since the pools of this process look for it there
 */
async function connect(cluster: Cluster, role: Role, port?: number): Promise<Session> {
  const limit = Date.now() + CONNECT_LIMIT_MS;
  let failingSince: number | undefined;
  while (Date.now() < limit) {
    try {
      const server = (await findServer(cluster)) ?? (await startServer(cluster, port));
      failingSince = undefined;
      if (port !== undefined && server.port !== port) await stopServer(cluster);
      else {
        const client = await tryConnect(cluster, server);
        if (client && (await takeLocks(cluster, client, role)))
          return { client, port: server.port };
      }
    } catch (error) {
      if (error instanceof DataFolderInUseError) throw error;
      failingSince ??= Date.now();
      if (Date.now() - failingSince > START_LIMIT_MS) throw error;
    }
    await sleep(RETRY_MS);
  }
  throw new DataFolderError(
    `The database server of ${cluster.home} has not responded for ${CONNECT_LIMIT_MS / 1_000} s. Its log: ${cluster.log}`,
  );
}

/** Returns undefined while the server starts or stops. */
async function tryConnect(cluster: Cluster, { port }: Server): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: ROLE,
    password: cluster.password,
    database: 'postgres',
    application_name: `holdpoint ${process.pid}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  client.on('error', () => {}); // 'end' follows
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (errorCode(error) !== WRONG_PASSWORD) return undefined;
    throw new DataFolderError(
      `The password in ${cluster.folder} does not match the database there. ` +
        'Restore the file, or set HOLDPOINT_DATA_DIR to another folder.',
    );
  }
}

/**
 * Takes the locks of this role, and creates the database if it does not exist. Returns false if the
 * server is being stopped.
 * @throws DataFolderInUseError
 */
async function takeLocks(cluster: Cluster, client: pg.Client, role: Role): Promise<boolean> {
  try {
    // PostgreSQL needs a moment to release the lock of a service that was killed.
    await client.query(`SET lock_timeout = '1s'`);
    await client.query(`SELECT pg_advisory_lock_shared(${USERS_LOCK})`);
    if (role === 'service') await client.query(`SELECT pg_advisory_lock(${SERVICE_LOCK})`);
    await createDatabase(client);
    return true;
  } catch (error) {
    if (errorCode(error)?.startsWith(NO_RESOURCES)) {
      throw new DataFolderError(`The database in ${cluster.home}: ${(error as Error).message}`);
    }
    const isTaken = role === 'service' && errorCode(error) === LOCK_NOT_AVAILABLE;
    const pid = isTaken ? await pidOfService(client) : undefined;
    await leave(cluster, client);
    if (pid === undefined) return false;
    throw new DataFolderInUseError(
      `The data folder ${cluster.home} is in use by another Holdpoint process (pid ${pid}). ` +
        'Stop it, or set HOLDPOINT_DATA_DIR to another folder.',
    );
  }
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_database WHERE datname = '${DATABASE}'`,
  );
  if (rowCount === 1) return;
  await client.query(`CREATE DATABASE ${DATABASE}`).catch((error: unknown) => {
    if (errorCode(error) !== DATABASE_EXISTS) throw error;
  });
}

async function pidOfService(client: pg.Client): Promise<string | undefined> {
  const [classId, objectId] = SERVICE_LOCK.split(', ');
  const { rows } = await client
    .query<{ name: string }>(
      `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND granted`,
      [classId, objectId],
    )
    .catch(() => ({ rows: [] }));
  return rows[0]?.name.split(' ')[1];
}

/** Releases the locks and closes the connection. The last process to leave stops the server. */
async function leave(cluster: Cluster, client: pg.Client): Promise<void> {
  try {
    await client.query('SELECT pg_advisory_unlock_all()');
    const { rows } = await client.query<{ isLast: boolean }>(
      `SELECT pg_try_advisory_lock(${USERS_LOCK}) AS "isLast"`,
    );
    if (rows[0]?.isLast) await stopServer(cluster);
  } catch {
    // The server is gone.
  } finally {
    await client.end();
  }
}
