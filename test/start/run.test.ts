import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockOf, MiniClone, type Run } from './miniClone.ts';

let clone: MiniClone;
let runs: Run[];

beforeEach(async () => {
  clone = await MiniClone.make();
  runs = [];
});

afterEach(async () => {
  for (const { child } of runs) child.kill('SIGKILL');
  await rm(clone.root, { recursive: true, force: true });
});

describe('the first start of a clone', () => {
  it('installs and generates, says so, and the second start does neither', async () => {
    const first = await finished(['exit', '0']);
    expect(first.output).toContain('Installing what Holdpoint needs (once)…');
    expect(first.code).toBe(0);
    expect(await clone.calls()).toEqual(['npm', 'prisma']);

    const second = await finished(['exit', '0']);
    expect(second.output).not.toContain('…');
    expect(await clone.calls()).toEqual([]);
  });

  it('is made once by several at the same moment', async () => {
    const codes = await Promise.all([1, 2, 3].map(() => run(['exit', '0']).ended));
    expect(codes).toEqual([0, 0, 0]);
    expect(await clone.calls()).toEqual(['npm', 'prisma']);
  });

  it('goes on where a killed one stopped', async () => {
    const killed = run(['exit', '0']);
    await expect.poll(killed.output).toContain('Installing');
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect((await finished(['exit', '0'])).code).toBe(0);
  });

  it('that fails shows what npm said and what to do, with exit code 1, and can be repeated', async () => {
    await clone.write('npm-fails', '');
    const failed = await finished(['exit', '0']);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('npm says why');
    expect(failed.output.trimEnd().split('\n').at(-1)).toMatch(/check the network, and try again/);
    await rm(join(clone.root, 'npm-fails'));
    expect((await finished(['exit', '0'])).code).toBe(0);
  });
});

describe('a later start', () => {
  beforeEach(async () => {
    await finished(['exit', '0']);
    await clone.calls();
  });

  it('installs again when the lock asks for another version', async () => {
    await clone.write('package-lock.json', lockOf('1.0.1'));
    await finished(['exit', '0']);
    expect(await clone.calls()).toEqual(['npm']);
  });

  it('generates again when the schema has changed, or what was generated is gone', async () => {
    await clone.append('prisma/schema.prisma', '\nmodel B {}');
    await finished(['exit', '0']);
    expect(await clone.calls()).toEqual(['prisma']);
    await rm(join(clone.root, 'src/database/generated/pothosTypes.ts'));
    await finished(['exit', '0']);
    expect(await clone.calls()).toEqual(['prisma']);
    await finished(['exit', '0']);
    expect(await clone.calls()).toEqual([]);
  });
});

describe('the page for reviewers', () => {
  const serve = async () => {
    const run = clone.run(['serve'], {}, 'src/main.ts');
    runs.push(run);
    expect(await run.ended).toBe(0);
    return clone.calls();
  };

  it('is built before the service starts, and again when a source of it changed or it is gone', async () => {
    expect(await serve()).toEqual(['npm', 'prisma', 'vite']);
    expect(await serve()).toEqual([]);
    await clone.append('src/page/list/row.tsx', '\n// and more');
    expect(await serve()).toEqual(['vite']);
    await clone.write('src/page/list/another.tsx', '');
    expect(await serve()).toEqual(['vite']);
    await rm(join(clone.root, 'dist/page/index.html'));
    expect(await serve()).toEqual(['vite']);
  });

  it('is not waited for by what does not serve it', async () => {
    const run = clone.run(['token', 'list'], {}, 'src/main.ts');
    runs.push(run);
    expect(await run.ended).toBe(0);
    expect(await clone.calls()).toEqual(['npm', 'prisma']);
  });
});

describe('the program', () => {
  beforeEach(async () => {
    await finished(['exit', '0']);
  });

  it('gets its arguments and its exit code counts', async () => {
    const { code, output } = await finished(['exit', '7', '--flag', 'two words', '']);
    expect(code).toBe(7);
    expect(JSON.parse(output)).toMatchObject({
      rest: ['7', '--flag', 'two words', ''],
      execArgv: ['--max-semi-space-size=8', '--conditions=holdpoint-source'],
    });
  });

  it('gets what is typed', async () => {
    const { child, output, ended } = run(['echo']);
    child.stdin?.end('typed by a person');
    expect(await ended).toBe(0);
    expect(output()).toContain('typed by a person');
  });

  it.each([
    ['SIGTERM', 50],
    ['SIGINT', 40],
  ] as const)('gets %s once, and ends in its own time', async (signal, code) => {
    const { child, output, ended } = await waiting();
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(output().split(signal)).toHaveLength(2);
  });

  it('ends when what started it is killed with -9', async () => {
    const { child, output } = await waiting();
    child.kill('SIGKILL');
    await expect.poll(output).toContain('SIGTERM');
  });
});

async function finished(args: string[]): Promise<{ code: number | null; output: string }> {
  const { ended, output } = run(args);
  return { code: await ended, output: output() };
}

async function waiting(): Promise<Run> {
  const started = run(['wait']);
  await expect.poll(started.output, { timeout: 5_000 }).toContain('"pid"');
  return started;
}

function run(args: string[]): Run {
  const started = clone.run(args);
  runs.push(started);
  return started;
}
