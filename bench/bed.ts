import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type Database, openDatabase } from '../src/database/database.ts';
import { startEmbedded } from '../src/database/embedded/embedded.ts';
import { migrate } from '../src/database/migrate.ts';
import { signJwt } from '../src/identity/jwt.ts';
import type { Scope } from '../src/identity/viewer.ts';
import { type Load, openLoad } from './openLoad.ts';
import type { Owner } from './requests.ts';
import { type Server, startServer } from './startServer.ts';

export type ServerName = 'ours' | 'twins' | 'baseline' | 'mercurius';

/** The test bed of a run: a temporary PostgreSQL, the load process and the servers. */
export type Bed = {
  database: Database;
  load: Load;
  /** Concurrent connections of the load. */
  connections: number;
  /** Returns the running server of that name, or starts it with `env` added to its environment. */
  server(name: ServerName, env?: Record<string, string>): Promise<Server>;
  /** Starts another Holdpoint server, without any warm-up. */
  freshServer(): Promise<Server>;
  /** Issues a token for the actor in each owner's workspace. */
  owners(userIds: readonly string[], actor: string, scope: Scope): Promise<Owner[]>;
  close(): Promise<void>;
};

const TOKEN_MS = 24 * 3_600_000;

/** @param profileFolder where Holdpoint writes a CPU profile on exit; omit to disable profiling */
export async function openBed(connections: number, profileFolder?: string): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-bench-'));
  await chmod(folder, 0o711); // if we are root, PostgreSQL runs as another user and needs access
  const log = pino({ level: 'error' }, pino.destination({ dest: 2, sync: true }));
  // The usual settings of the embedded database: commits are synced to disk.
  const embedded = await startEmbedded({ dataDir: folder, log });
  await migrate(embedded.url);
  const database = openDatabase(embedded.url);
  const load = openLoad(connections);
  const secret = randomBytes(32).toString('base64url');
  const servers = new Map<string, Promise<Server>>();

  const env = {
    DATABASE_URL: embedded.url,
    HOLDPOINT_JWT_SECRET: secret,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    // A benchmark sends as much as the service can take, with few tokens.
    HOLDPOINT_MAX_REQUESTS_PER_TOKEN: '0',
    HOLDPOINT_MAX_REQUESTS_PER_WORKSPACE: '0',
    HOLDPOINT_MAX_SUBSCRIPTIONS_PER_TOKEN: '0',
    HOLDPOINT_MAX_SUBSCRIPTIONS_PER_WORKSPACE: '0',
    HOLDPOINT_MAX_WAITING_REVIEWS: '0',
    HOLDPOINT_MAX_STORED_MB: '0',
    HOLDPOINT_MAX_HANDSHAKES_PER_ADDRESS: '0',
  };
  const profiling = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
  const flags = ['--max-semi-space-size=8', ...profiling]; // same as `npm start`
  const options = {
    ours: { command: ['../src/main.ts', 'serve'], env, flags },
    twins: { command: ['servers/twins.ts'], env, flags },
    baseline: { command: ['servers/baseline.ts'], env },
    mercurius: { command: ['servers/mercurius.ts'], env },
  };
  const start = (
    name: ServerName,
    more: Record<string, string> = {},
    key: string = name,
  ): Promise<Server> => {
    const server = servers.get(key) ?? startServer({ ...options[name], env: { ...env, ...more } });
    servers.set(key, server);
    return server;
  };

  return {
    database,
    load,
    connections,
    server: start,
    freshServer: () => start('ours', {}, `ours ${servers.size}`),
    owners: (userIds, actor, scope) =>
      Promise.all(
        userIds.map(async (userId) => {
          const viewer = { userId, actor, scopes: [scope] };
          return { userId, token: await signJwt(secret, viewer, new Date(Date.now() + TOKEN_MS)) };
        }),
      ),
    async close() {
      load.close();
      for (const server of servers.values())
        await server.then(({ stop }) => stop()).catch(() => {});
      await database.close();
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
