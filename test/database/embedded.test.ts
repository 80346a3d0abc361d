import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DataFolderInUseError,
  type EmbeddedServer,
  joinEmbedded,
  startEmbedded,
} from '../../src/database/embedded/embedded.ts';

const log = pino({ level: 'silent' });
const ownerScript = fileURLToPath(new URL('./ownerProcess.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;

let home: string;
let dataDir: string;
/** What a test leaves running, even if it fails half way. */
let servers: EmbeddedServer[];
let owners: ChildProcess[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdpoint-embedded-'));
  // If the tests run as root, another user runs the server.
  await chmod(home, 0o755);
  dataDir = join(home, 'data');
  servers = [];
  owners = [];
});

afterEach(async () => {
  for (const owner of owners) owner.kill('SIGKILL');
  for (const server of servers) await server.stop();
  // The server that a killed owner left running.
  if (owners.length > 0) await (await startEmbedded({ dataDir, log })).stop();
  await rm(home, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', { timeout: 30_000 }, () => {
  it('is created on the first start, and keeps its data for the second', async () => {
    const first = await start();
    expect(await query(first, 'SHOW server_encoding')).toBe('UTF8');
    expect(await query(first, 'SHOW fsync')).toBe('on');
    expect(await query(first, "SELECT lower('ÄÖ')")).toBe('äö');
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();

    const before = performance.now();
    const second = await start();
    expect(performance.now() - before).toBeLessThan(1_500);
    expect(await query(second, 'SELECT answer FROM kept')).toBe(42);
  });

  it('listens on the loopback address only and asks for the password', async () => {
    const server = await start();
    expect(await query(server, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await query(server, 'SHOW unix_socket_directories')).toBe('');
    const url = new URL(server.url);
    url.password = 'guessed';
    await expect(query({ url: url.href }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const password = await stat(join(dataDir, 'postgres', 'password'));
    expect(password.mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'postgres', 'data'))).mode & 0o777).toBe(0o700);
  });

  it('stops cleanly: no process and no half-written files remain', async () => {
    const server = await start();
    await Promise.all([server.stop(), server.stop()]);
    await expect(query(server, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await readdir(dataDir)).toEqual(['postgres']);
    expect((await readdir(join(dataDir, 'postgres'))).sort()).toEqual(['data', 'log', 'password']);
  });

  it('belongs to one process, and tells a second one which process that is', async () => {
    const owner = await startOwner();
    const error = await startEmbedded({ dataDir, log }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataFolderInUseError);
    expect(String(error)).toContain(`in use by another Holdpoint process (pid ${owner.pid})`);
    expect(String(error)).toContain('HOLDPOINT_DATA_DIR');
    expect(await query(owner, 'SELECT 1')).toBe(1);
  });

  it('starts after kill -9 of its owner, which leaves the server running', async () => {
    const owner = await startOwner();
    await query(owner, 'CREATE TABLE kept AS SELECT 7 AS answer');
    await killed(owner.child);
    expect(await query(owner, 'SELECT 1')).toBe(1);

    const server = await start();
    expect(await query(server, 'SELECT answer FROM kept')).toBe(7);
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(DataFolderInUseError);
    await server.stop();
    await expect(query(owner, 'SELECT 1')).rejects.toThrow();
  });

  it('starts after kill -9 of everything at once', async () => {
    const owner = await startOwner();
    await query(owner, 'CREATE TABLE kept AS SELECT 8 AS answer');
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    await killed(owner.child);
    expect(await query(await start(), 'SELECT answer FROM kept')).toBe(8);
  });

  it('does not mistake another process for its server after the process id was reused', async () => {
    await (await start()).stop();
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    owners.push(bystander);
    const pidFile = `${bystander.pid}\n${join(dataDir, 'postgres', 'data')}\n1\n1\n\n127.0.0.1\n`;
    await writeFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), pidFile);
    expect(await query(await start(), 'SELECT 1')).toBe(1);
    expect(bystander.exitCode).toBeNull();
  });

  it('lets exactly one of three concurrent starts win, on a new folder and on an existing one', async () => {
    for (let round = 0; round < 4; round++) {
      const outcomes = await Promise.all([1, 2, 3].map(() => startOwner().catch(String)));
      const winners = outcomes.filter((outcome) => typeof outcome !== 'string');
      const losers = outcomes.filter((outcome) => typeof outcome === 'string');
      expect(winners, `round ${round}: ${losers.join(' ')}`).toHaveLength(1);
      for (const loser of losers) expect(loser).toContain('DataFolderInUseError');
      for (const winner of winners) {
        expect(await query(winner, 'SELECT 1')).toBe(1);
        // Leaves an orphaned server for the next round.
        await killed(winner.child);
      }
    }
  });

  it('is restarted on the same port if it is killed while its owner runs', async () => {
    const server = await start();
    await query(server, 'CREATE TABLE kept AS SELECT 9 AS answer');
    process.kill(await postmasterPid(), 'SIGKILL');
    const answered = () => query(server, 'SELECT answer FROM kept').catch(() => undefined);
    await expect.poll(answered, { timeout: 10_000 }).toBe(9);
    // Until its owner holds the lock again, another process may take over the folder.
    const locks = () =>
      query(
        server,
        "SELECT count(*)::int FROM pg_locks WHERE mode = 'ExclusiveLock' AND locktype = 'advisory'",
      );
    await expect.poll(locks, { timeout: 10_000 }).toBe(1);
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow('in use');
  });
});

describe('a command that needs the database', { timeout: 30_000 }, () => {
  it('joins the server of a running service and leaves it running', async () => {
    const owner = await startOwner();
    const joined = await joinEmbedded({ dataDir, log });
    expect(joined.url).toBe(owner.url);
    await joined.stop();
    expect(await query(owner, 'SELECT 1')).toBe(1);
  });

  it('starts the server for as long as it runs if there is no service', async () => {
    const joined = await joinEmbedded({ dataDir, log });
    expect(await query(joined, 'SELECT 1')).toBe(1);
    await joined.stop();
    await expect(query(joined, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps its server if the command that started it ends first', async () => {
    const starter = await joinEmbedded({ dataDir, log });
    const guest = await joinEmbedded({ dataDir, log });
    const client = new pg.Client({ connectionString: guest.url });
    await client.connect();
    const stopping = starter.stop();
    const { rows } = await client.query('SELECT 1 AS value FROM pg_sleep(0.3)');
    expect(rows).toEqual([{ value: 1 }]);
    await client.end();
    await guest.stop();
    await stopping;
  });

  it('makes a service that starts meanwhile wait for it', async () => {
    const command = await joinEmbedded({ dataDir, log });
    const service = start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await command.stop();
    expect(await query(await service, 'SELECT 1')).toBe(1);
  });
});

describe('a data folder that cannot be used', { timeout: 30_000 }, () => {
  it('because it is a file', async () => {
    await writeFile(dataDir, '');
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
      /is not a folder\. Set HOLDPOINT/,
    );
  });

  it('because it holds the data of another PostgreSQL version', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '17\n');
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
      /made by PostgreSQL 17, and Holdpoint brings 18/,
    );
  });

  it("because its database is damaged: the error contains the server's last messages", async () => {
    await (await start()).stop();
    await rm(join(dataDir, 'postgres', 'data', 'global', 'pg_control'));
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
      /PostgreSQL did not start .*pg_control/,
    );
  });
});

describe.runIf(isRoot)('as root', { timeout: 30_000 }, () => {
  it('runs the server as an unprivileged user, who owns the data', async () => {
    const server = await start();
    expect(server.dataDir).toBe(dataDir);
    expect((await stat(join(dataDir, 'postgres', 'data'))).uid).not.toBe(0);
  });

  it('keeps the data elsewhere if that user cannot access the folder, and finds it again', async () => {
    await chmod(home, 0o700);
    const server = await start();
    try {
      expect(server.dataDir).toMatch(/^\/var\/lib\/holdpoint\/data-[0-9a-f]{12}$/);
      expect((await stat(home)).mode & 0o777).toBe(0o700);
      await query(server, 'CREATE TABLE kept AS SELECT 5 AS answer');
      await server.stop();
      // Even if the folder becomes accessible, the data stays where it is.
      await chmod(home, 0o755);
      const again = await start();
      expect(again.dataDir).toBe(server.dataDir);
      expect(await query(again, 'SELECT answer FROM kept')).toBe(5);
      await again.stop();
    } finally {
      await server.stop();
      await rm(server.dataDir, { recursive: true, force: true });
    }
  });

  it('runs the server as the user who owns the folder', async () => {
    await mkdir(dataDir, { mode: 0o700 });
    const { uid, gid } = userInfoOf(await readFile('/etc/passwd', 'utf8'), 'nobody');
    await chown(dataDir, uid, gid);
    const server = await start();
    expect(server.dataDir).toBe(dataDir);
    expect((await stat(join(dataDir, 'postgres', 'data'))).uid).toBe(uid);
  });
});

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, log });
  servers.push(server);
  return server;
}

function userInfoOf(passwd: string, name: string): { uid: number; gid: number } {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  return { uid: Number(fields?.[2]), gid: Number(fields?.[3]) };
}

type Owner = { child: ChildProcess; pid: number | undefined; url: string };

/** Starts a process that owns the folder; rejects with its output if it fails. */
async function startOwner(): Promise<Owner> {
  const child = spawn(process.execPath, [ownerScript, dataDir], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  owners.push(child);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  while (!printed.includes('\n')) {
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    if (child.exitCode !== null) break;
  }
  if (!printed.startsWith('postgres:')) throw new Error(printed);
  return { child, pid: child.pid, url: printed.trim() };
}

async function killed(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function postmasterPid(): Promise<number> {
  const path = join(dataDir, 'postgres', 'data', 'postmaster.pid');
  return Number.parseInt(await readFile(path, 'utf8'), 10);
}

async function query({ url }: { url: string }, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {
    // The query that was running reports it.
  });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}
