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

describe('a new clone', () => {
  it('gets its packages and the database client once', async () => {
    const first = await prepared();
    expect(first.output).toContain('Installing packages…');
    expect(first.code).toBe(0);
    expect(await clone.calls()).toEqual(['npm', 'prisma']);

    expect(await prepared()).toEqual({ code: 0, output: '' });
    expect(await clone.calls()).toEqual([]);
  });

  it('is prepared once by several processes that start together', async () => {
    const codes = await Promise.all([1, 2, 3].map(() => start().ended));
    expect(codes).toEqual([0, 0, 0]);
    expect(await clone.calls()).toEqual(['npm', 'prisma']);
  });

  it('is completed after the first attempt was killed', async () => {
    const killed = start();
    await expect.poll(killed.output).toContain('Installing');
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect((await prepared()).code).toBe(0);
  });

  it('reports what npm said when the installation fails, and can be tried again', async () => {
    await clone.write('npm-fails', '');
    const failed = await prepared();
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('npm says why');
    expect(failed.output.trimEnd().split('\n').at(-1)).toMatch(/^Installing packages failed/);
    expect(await clone.calls()).toEqual(['npm']);
    await rm(join(clone.root, 'npm-fails'));
    expect((await prepared()).code).toBe(0);
  });
});

describe('a prepared clone', () => {
  beforeEach(async () => {
    await prepared('--page');
    await clone.calls();
  });

  it('installs again when the lock file asks for another version', async () => {
    await clone.write('package-lock.json', lockOf('1.0.1'));
    await prepared();
    expect(await clone.calls()).toEqual(['npm', 'prisma']);
    await prepared();
    expect(await clone.calls()).toEqual([]);
  });

  it('generates again when the schema changed or the client is missing', async () => {
    await clone.append('prisma/schema.prisma', '\nmodel B {}');
    await prepared();
    expect(await clone.calls()).toEqual(['prisma']);
    await rm(join(clone.root, 'src/database/generated/prisma/client.ts'));
    await prepared();
    expect(await clone.calls()).toEqual(['prisma']);
    await prepared();
    expect(await clone.calls()).toEqual([]);
  });

  it('builds the page again when a source was changed, added or removed, or the page is missing', async () => {
    const built = async () => {
      await prepared('--page');
      return clone.calls();
    };
    expect(await built()).toEqual([]);
    await clone.append('src/page/list/row.tsx', '\n// and more');
    expect(await built()).toEqual(['vite']);
    await clone.write('src/page/list/another.tsx', '');
    expect(await built()).toEqual(['vite']);
    await rm(join(clone.root, 'src/page/list/another.tsx'));
    expect(await built()).toEqual(['vite']);
    await rm(join(clone.root, 'dist/page/index.html'));
    expect(await built()).toEqual(['vite']);
  });

  it('makes the environment of the Python client once, and again when its lock file changed', async () => {
    const calls = ['python3 -m venv', 'pip install --quiet', 'uv pip sync', 'uv pip install'];
    await prepared('--python');
    expect(await clone.calls()).toEqual(calls);
    await prepared('--python');
    expect(await clone.calls()).toEqual([]);
    await clone.write('python/dev-requirements.txt', 'uv==1.0.1');
    await prepared('--python');
    expect(await clone.calls()).toEqual(calls);
  });

  it('does without Python where there is none', async () => {
    await clone.write('no-python', '');
    expect(await prepared('--python')).toEqual({ code: 0, output: '' });
    expect(await clone.calls()).toEqual([]);
  });

  it('does not build the page for commands that do not serve it', async () => {
    await clone.append('src/page/list/row.tsx', '\n// and more');
    await prepared();
    expect(await clone.calls()).toEqual([]);
  });
});

async function prepared(...args: string[]): Promise<{ code: number | null; output: string }> {
  const { ended, output } = start(...args);
  return { code: await ended, output: output() };
}

function start(...args: string[]): Run {
  const run = clone.prepare(...args);
  runs.push(run);
  return run;
}
