import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/database/embedded/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';
import { makeTemplate } from './citus.ts';
import { urlOfDatabase } from './urlOfDatabase.ts';

const TEMPLATE = 'holdpoint_template';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The PostgreSQL server: where to connect to create databases, and the migrated template. */
    postgres: {
      url: string;
      template: string;
      /** With CITUS_URL: all nodes, the coordinator first. */
      nodes: string[];
    };
  }
}

/**
 * Provides one real PostgreSQL for the run, with a migrated template database that is copied for
 * each test file: an embedded server, or the one at TEST_DATABASE_URL to test another version, or
 * the nodes of Citus whose coordinator is at CITUS_URL.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const citus = process.env['CITUS_URL'];
  if (citus) {
    const nodes = await makeTemplate(citus, TEMPLATE);
    project.provide('postgres', { url: citus, template: TEMPLATE, nodes });
    return async () => {};
  }
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => {} } : await embeddedServer();
  try {
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
    await admin.query(`CREATE DATABASE ${TEMPLATE}`);
    await admin.end();
    await migrate(urlOfDatabase(server.url, TEMPLATE));
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('postgres', { url: server.url, template: TEMPLATE, nodes: [] });
  return server.stop;
}

async function embeddedServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'holdpoint-test-'));
  await chmod(home, 0o755); // another user runs the server when the tests run as root
  const log = pino({ level: 'warn' }, pino.destination(2));
  const server = await startEmbedded({ dataDir: join(home, 'data'), log });
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  // The data is temporary, so it does not have to survive a crash.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await admin.query(`ALTER SYSTEM SET ${setting} = off`);
  }
  await admin.query('SELECT pg_reload_conf()');
  await admin.end();
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
