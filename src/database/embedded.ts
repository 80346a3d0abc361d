import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Cluster, prepareCluster, ROLE } from './cluster.ts';
import { DataFolderError, folderError } from './dataFolder.ts';
import { connect, holderOf, isBeingStarted, type Role, takeLock } from './ownerLock.ts';
import { findPostmaster, type Postmaster } from './pidFile.ts';
import {
  AlreadyStartedError,
  refuseConnections,
  type StartedPostmaster,
  startPostmaster,
  stopPostmaster,
} from './postmaster.ts';

/**
 * The embedded PostgreSQL: a real server of its own in the data folder.
 *
 * Who owns it is decided by the server itself: the owner holds an advisory lock on a connection of its own for as long as
 * it lives, and the kernel frees it when the process dies, however it dies. A server that runs while nobody holds
 * the lock is an orphan; the next owner stops it and starts its own. Starting is decided by PostgreSQL, which
 * lets only one server run on a folder. So no step depends on a process id that might belong to somebody else by now.
 *
 *     no server ──start──▶ running ──lock──▶ owned ──stop──▶ no server
 *                             │ the lock is held: DataFolderInUseError, or wait if a short command holds it
 *                             └ the lock was free, and it is not the server just started: an orphan, stopped first
 */

const DATABASE = 'holdpoint';
/** How long a start waits for a short command, for recovery after a crash, for another's start or stop. */
const PATIENCE_MS = 60_000;
/** How long the end of a command waits for others that use the server it started. */
const SMART_STOP_MS = 10_000;
const RETRY_MS = 50;

export type EmbeddedServer = {
  /** Of the database `holdpoint`, with the password in it. */
  url: string;
  /** Where the data really is: see HOLDPOINT_DATA_DIR, or a folder under /var/lib/holdpoint. */
  dataDir: string;
  stop(): Promise<void>;
};

type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
type Options = { dataDir: string; log: Log };

/** Another Holdpoint process owns the data folder. */
export class DataFolderInUseError extends DataFolderError {
  override name = 'DataFolderInUseError';
}

/**
 * Starts the PostgreSQL of this data folder for this process alone, making the database on first use. `stop` ends it.
 * @throws DataFolderInUseError if another process owns the folder; DataFolderError for all else that a person must mend.
 */
export async function startEmbedded({ dataDir, log }: Options): Promise<EmbeddedServer> {
  const cluster = await prepareCluster(dataDir);
  return own(cluster, 'service', log);
}

/**
 * For commands: uses the PostgreSQL that a service runs on this data folder, and `stop` leaves it running; if none
 * runs, starts it until `stop`.
 */
export async function joinEmbedded({ dataDir, log }: Options): Promise<EmbeddedServer> {
  const cluster = await prepareCluster(dataDir);
  const limit = Date.now() + PATIENCE_MS;
  while (true) {
    const running = await findPostmaster(cluster);
    if (running === undefined) {
      try {
        return await own(cluster, 'command', log);
      } catch (error) {
        if (!(error instanceof DataFolderInUseError)) throw error;
      }
    } else {
      const client = await connect(cluster, running, 'holdpoint guest');
      if (client !== undefined && (await hasDatabase(client))) {
        // The open connection keeps a command that started the server from stopping it under this one.
        return { url: urlOf(cluster, running), dataDir: cluster.home, stop: () => client.end() };
      }
      await client?.end();
    }
    if (Date.now() > limit) throw notAnswering(cluster);
    await sleep(RETRY_MS);
  }
}

async function own(cluster: Cluster, role: Role, log: Log): Promise<EmbeddedServer> {
  const limit = Date.now() + PATIENCE_MS;
  while (Date.now() < limit) {
    const found = await findPostmaster(cluster);
    const started = found === undefined ? await tryStart(cluster) : undefined;
    const postmaster = found ?? started;
    const client =
      postmaster && (await connect(cluster, postmaster, `holdpoint ${role} ${process.pid}`));
    if (postmaster === undefined || client === undefined) {
      await sleep(RETRY_MS);
      continue;
    }
    if (!(await takeLock(client))) {
      const holder = await holderOf(client);
      await client.end();
      if (holder?.role === 'service') throw inUse(cluster, holder.pid);
      await sleep(RETRY_MS);
      continue;
    }
    if (started !== undefined) {
      const server = keep(cluster, role, started, client, log);
      try {
        await ensureDatabase(client);
        return server;
      } catch (error) {
        await server.stop();
        throw folderError(error, cluster.home);
      }
    }
    if (await isBeingStarted(client)) {
      await client.end();
      await sleep(RETRY_MS);
      continue;
    }
    log.info({ pid: postmaster.pid }, 'stopping the database server of a process that was killed');
    await stopPostmaster(cluster, postmaster);
    await client.end();
  }
  throw notAnswering(cluster);
}

async function tryStart(cluster: Cluster): Promise<StartedPostmaster | undefined> {
  try {
    return await startPostmaster(cluster, `holdpoint ${process.pid}`);
  } catch (error) {
    if (error instanceof AlreadyStartedError) return undefined;
    throw error;
  }
}

/**
 * From here on the server is this process's. If it crashes, or ends although nobody asked it to, it is brought back on the
 * same port, where the pool finds it again.
 */
function keep(
  cluster: Cluster,
  role: Role,
  first: StartedPostmaster,
  firstClient: pg.Client,
  log: Log,
): EmbeddedServer {
  let postmaster = first;
  let client = firstClient;
  let stopped: Promise<void> | undefined;
  let revival: Promise<void> | undefined;

  const watch = () => {
    client.once('end', () => {
      if (stopped === undefined) revival = revive();
    });
  };
  const revive = async () => {
    log.warn('the database server has gone away; bringing it back');
    while (stopped === undefined) {
      try {
        if (postmaster.hasExited()) {
          postmaster = await startPostmaster(cluster, `holdpoint ${process.pid}`, first.port);
        }
        const next = await connect(cluster, postmaster, `holdpoint ${role} ${process.pid}`);
        if (next !== undefined && (await takeLock(next))) {
          client = next;
          watch();
          log.info('the database server is back');
          return;
        }
        await next?.end();
      } catch (error) {
        log.error({ err: error }, 'the database server could not be started again');
      }
      await sleep(10 * RETRY_MS);
    }
  };
  const stop = async () => {
    await revival;
    if (!postmaster.hasExited() && role === 'command') {
      // Others may have joined and finish first. The lock is let go when nobody can connect any more to take it.
      await refuseConnections(cluster, postmaster);
      await client.end();
      await stopPostmaster(cluster, postmaster, SMART_STOP_MS);
    } else if (!postmaster.hasExited()) {
      await stopPostmaster(cluster, postmaster);
    }
    await client.end();
  };

  watch();
  return {
    url: urlOf(cluster, first),
    dataDir: cluster.home,
    stop: () => {
      stopped ??= Promise.resolve().then(stop);
      return stopped;
    },
  };
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  if (!(await hasDatabase(client))) await client.query(`CREATE DATABASE ${DATABASE}`);
}

async function hasDatabase(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
    DATABASE,
  ]);
  return rowCount === 1;
}

function urlOf(cluster: Cluster, { port }: Postmaster): string {
  return `postgres://${ROLE}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
}

function inUse(cluster: Cluster, pid: string): DataFolderInUseError {
  return new DataFolderInUseError(
    `The data folder ${cluster.home} is in use by another Holdpoint process (pid ${pid}). ` +
      'Stop it, or set HOLDPOINT_DATA_DIR to another folder.',
  );
}

function notAnswering(cluster: Cluster): DataFolderError {
  return new DataFolderError(
    `The database server of ${cluster.home} has not answered for ${PATIENCE_MS / 1_000} s. Its log: ${cluster.log}`,
  );
}
