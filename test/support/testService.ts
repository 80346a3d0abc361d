import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type AppOptions, openApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { signJwt } from '../../src/identity/jwt.ts';
import { scopes as everyScope, type Scope } from '../../src/identity/viewer.ts';
import { TestClient } from './testClient.ts';
import { type TestDatabase, testDatabase } from './testDatabase.ts';

export const JWT_SECRET = 'a secret for tests only, of more than 32 bytes';
const TOKEN_MS = 600_000;

export type Identity = {
  user?: string;
  actor: string;
  scopes?: readonly Scope[];
  groups?: readonly string[];
};

/** An agent and a reviewer in a new workspace. */
export type Team = { user: string; agent: TestClient; reviewer: TestClient };

export type TestService = {
  url: string;
  database: TestDatabase;
  sql: TestDatabase['sql'];
  /** Creates a client. The workspace defaults to the actor, the scopes to all. */
  as(identity: Identity): TestClient;
  team(): Team;
  /** Starts another service on the same database, like another process. */
  another(): Promise<TestService>;
  /** Closes the service before the end of the file. */
  close(): Promise<void>;
};

export type TestServiceOptions = AppOptions & {
  config?: Partial<Config>;
  database?: TestDatabase;
};

/**
 * Starts the whole service with a port and a database of its own. It is closed at the end of the
 * file. Call it at the top of the file: `const service = await testService()`.
 */
export async function testService(options: TestServiceOptions = {}): Promise<TestService> {
  const { config, database = await testDatabase(), ...appOptions } = options;
  const log = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }, pino.destination(2));
  const app = await openApp(configOf(database, config), log, appOptions);
  const clients: TestClient[] = [];
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      for (const client of clients) await client.close();
      await app.close();
    })();
    return closed;
  };
  database.beforeDrop(close);

  const service: TestService = {
    url: app.url,
    database,
    sql: database.sql,
    as({ actor, user = actor, scopes = everyScope, groups = [] }) {
      const token = signJwt(
        JWT_SECRET,
        { userId: user, actor, scopes, groups },
        new Date(Date.now() + TOKEN_MS),
      );
      const client = new TestClient(app.url, token);
      clients.push(client);
      return client;
    },
    team() {
      const user = `owner-${randomUUID()}`;
      return {
        user,
        agent: service.as({ user, actor: 'agent', scopes: ['review:request'] }),
        reviewer: service.as({ user, actor: 'reviewer', scopes: ['review:decide'] }),
      };
    },
    another: () => testService({ ...options, database }),
    close,
  };
  return service;
}

function configOf(database: TestDatabase, config: Partial<Config> = {}): Config {
  return {
    ...readConfig({}),
    port: 0,
    databaseUrl: database.url,
    jwtSecret: JWT_SECRET,
    logLevel: 'silent',
    ...config,
  };
}
