import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MigrationError, migrate, missingMigrations } from '../../src/database/migrate.ts';
import { testDatabase } from '../support/testDatabase.ts';

const ours = fileURLToPath(new URL('../../prisma/migrations/', import.meta.url));
const script = fileURLToPath(new URL('./migrateProcess.ts', import.meta.url));
const PROCESSES = 10;

const forProcesses = await testDatabase({ empty: true });
const database = await testDatabase({ empty: true });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdpoint-migrations-'));
  await cp(ours, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const names = async () =>
  (await readdir(ours, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

async function add(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

const folderUrl = () => pathToFileURL(`${folder}/`);

it('ten processes that start concurrently on an empty database migrate it once', async () => {
  const processes: ChildProcess[] = [];
  try {
    for (let at = 0; at < PROCESSES; at++) {
      const child = spawn(process.execPath, [script, forProcesses.url], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      processes.push(child);
    }
    await Promise.all(processes.map(({ stdout }) => stdout && once(stdout, 'readable')));
    const outputs = processes.map(({ stdout }) => stdout && text(stdout));
    for (const { stdin } of processes) stdin?.end('go\n');
    const said = await Promise.all(outputs);
    const applied = said.map((lines) => JSON.parse(String(lines).split('\n')[1] ?? ''));
    expect(applied.filter((list) => list.length > 0)).toEqual([await names()]);
  } finally {
    for (const child of processes) child.kill('SIGKILL');
  }
  const rows = await forProcesses.sql<{ name: string }>(
    'SELECT migration_name AS "name" FROM _prisma_migrations ORDER BY 1',
  );
  expect(rows.map(({ name }) => name)).toEqual(await names());
});

it('a migration that fails leaves the old schema, and the error names the migration and the line', async () => {
  await migrate(database.url);
  await add('9001_fine', 'CREATE TABLE "Fine" ("id" INT);');
  await add(
    '9002_broken',
    'CREATE TABLE "Half" ("id" INT);\n\nALTER TABLE "Half"\n  ADD nonsense nowhere;\n',
  );
  const before = await schemaOf();
  const failed = migrate(database.url, { folder: folderUrl() });
  await expect(failed).rejects.toBeInstanceOf(MigrationError);
  await expect(failed).rejects.toThrow(
    /^Migration 9002_broken failed at line 4: .*nowhere.*The database was not changed\.$/,
  );
  expect(await schemaOf()).toEqual(before);
  expect(await missingMigrations(database.pool)).toEqual([]);
  expect(await missingMigrations(database.pool, folderUrl())).toEqual(['9001_fine', '9002_broken']);

  // Once it is fixed, migration continues from there.
  await writeFile(join(folder, '9002_broken', 'migration.sql'), 'CREATE TABLE "Half" ("id" INT);');
  expect(await migrate(database.url, { folder: folderUrl() })).toEqual([
    '9001_fine',
    '9002_broken',
  ]);
  expect(await migrate(database.url, { folder: folderUrl() })).toEqual([]);
});

it('a migration that fails only when it runs leaves the old schema too, and is named', async () => {
  await migrate(database.url);
  await add('9003_running', 'CREATE TABLE "Third" ("id" INT);\nSELECT 1 / 0;\n');
  const before = await schemaOf();
  await expect(migrate(database.url, { folder: folderUrl() })).rejects.toThrow(
    /^Migration 9003_running failed.*: division by zero\. The database was not changed\.$/,
  );
  expect(await schemaOf()).toEqual(before);
});

it('a database with migrations of a newer version is left alone', async () => {
  await migrate(database.url, { folder: folderUrl() });
  await add('9004_newer', 'CREATE TABLE "Newer" ("id" INT);');
  expect(await migrate(database.url, { folder: folderUrl() })).toEqual(['9004_newer']);
  expect(await migrate(database.url)).toEqual([]);
  expect(await missingMigrations(database.pool)).toEqual([]);
});

it('a table of the same name that belongs to another application is left alone, and named', async () => {
  const shared = await testDatabase({ empty: true });
  await shared.sql('CREATE TABLE "Job" ("id" INT)');
  await expect(migrate(shared.url)).rejects.toThrow(
    /^Migration 0007_gate failed.*: relation "Job" already exists\. .*a database of its own\. The database was not changed\.$/,
  );
  expect(await shared.sql('SELECT to_regclass(\'"PendingReview"\') AS "ours"')).toEqual([
    { ours: null },
  ]);
});

it('without mayCreate, a database without tables gets none', async () => {
  const empty = await testDatabase({ empty: true });
  await expect(migrate(empty.url, { mayCreate: false })).rejects.toThrow(
    /^The database \S+ on 127\.0\.0\.1:\d+ has no tables of Holdpoint\..*holdpoint migrate$/,
  );
  expect(await empty.sql("SELECT FROM pg_class WHERE relname = '_prisma_migrations'")).toEqual([]);
});

/** Every table, column, index, function and trigger, and the applied migrations. */
function schemaOf(): Promise<unknown[]> {
  return database.sql(
    `SELECT 'column' AS "what", table_name || '.' || column_name || ' ' || data_type AS "name"
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'function', p.oid::regprocedure::text
      FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgname::text FROM pg_trigger
    UNION ALL SELECT 'migration', migration_name FROM _prisma_migrations
    ORDER BY 1, 2`,
  );
}
