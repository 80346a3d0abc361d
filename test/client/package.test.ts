import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testService } from '../support/testService.ts';

const service = await testService();
const run = promisify(execFile);
const modules = resolve('node_modules');
const tsc = join(modules, 'typescript/bin/tsc');
let project = '';

/** An empty project with the package installed as npm would: what it packs, and the packages that it says it needs. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'holdpoint-package-'));
  const source = join(project, 'source');
  await mkdir(source);
  for (const path of ['package.json', 'bin', 'prisma', 'scripts']) {
    await cp(path, join(source, path), { recursive: true });
  }
  const outDir = join(source, 'dist');
  await run(process.execPath, [tsc, '--project', 'tsconfig.build.json', '--outDir', outDir]);
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json'], { cwd: source });
  const [{ filename }] = JSON.parse(stdout);
  const installed = join(project, 'node_modules/holdpoint');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xf', join(source, filename), '-C', installed, '--strip-components=1']);

  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(modules, name), link);
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
}, 120_000);

afterAll(() => rm(project, { recursive: true, force: true }));

/** This Node, and the one of the machine, which may be as old as 20. */
const nodes = [
  process.execPath,
  ...(process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path))
    .slice(0, 1),
];

it.each(nodes)('asks, waits and keeps every digit from an empty project, on %s', async (node) => {
  const { agent, reviewer } = service.team();
  const file = join(project, 'agent.mjs');
  await writeFile(
    file,
    `import { createClient, exactJson } from 'holdpoint/client';
import { approve, scriptedReviewer } from 'holdpoint/testing';
const [url, token, human] = process.argv.slice(2);
const reviewer = await scriptedReviewer({ url, token: human, script: [approve()] });
const holdpoint = createClient({ url, token });
const payload = exactJson('{"b":1.10,"2":0.12345678901234560,"a":1}');
const outcome = await holdpoint.review({ execution: 'run-1', node: 'send', payload });
await reviewer.finish();
console.log(JSON.stringify([process.versions.node, outcome.approved, outcome.dataText]));
`,
  );
  const args = [file, service.url, await agent.token, await reviewer.token];
  const { stdout } = await run(node, args, { cwd: project, timeout: 15_000 });
  const [version, approved, text] = JSON.parse(stdout);
  expect(approved).toBe(true);
  expect(text).toBe('{"b":1.10,"2":0.12345678901234560,"a":1}');
  console.log(`holdpoint/client runs on Node ${version}`);
});

it.each(nodes)('has its other parts, on %s', async (node) => {
  const code = `
    const { createPlanApproval } = await import('holdpoint/approvals');
    const { startHoldpoint } = await import('holdpoint/testing');
    console.log([createPlanApproval, startHoldpoint].map((part) => typeof part).join());
  `;
  const { stdout } = await run(node, ['--input-type=module', '--eval', code], { cwd: project });
  expect(stdout.trim()).toBe('function,function');
});

it('has langgraph for those who have LangGraph', async () => {
  const langgraph = "console.log(typeof (await import('holdpoint/langgraph')).runWithReviews)";
  const load = () =>
    run(process.execPath, ['--input-type=module', '--eval', langgraph], { cwd: project });
  for (const name of ['@langchain/langgraph', '@langchain/core']) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(modules, name), link);
  }
  expect((await load()).stdout.trim()).toBe('function');
});

it('has types', async () => {
  await writeFile(
    join(project, 'agent.ts'),
    `import { createClient, type Outcome } from 'holdpoint/client';
import { createPlanApproval } from 'holdpoint/approvals';
import { approve, type Step } from 'holdpoint/testing';
const holdpoint = createClient({ url: 'http://127.0.0.1:4000', token: 'x' });
const send = async (mail: { to: string }): Promise<number> => mail.to.length;
export async function agent(): Promise<number | null> {
  const outcome: Outcome<{ to: string }> = await holdpoint.review({ execution: 'r', node: 'n', payload: { to: 'a' } });
  if (!outcome.approved) return outcome.status === 'rejected' ? null : 0;
  const gated = holdpoint.gate(send, { execution: 'r', otherwise: () => null });
  return gated({ to: outcome.data.to });
}
export const step: Step = approve();
export const kind: (...args: never[]) => unknown = createPlanApproval;
// @ts-expect-error a reviewer's message is no number
export const wrong = approve({ message: 1 });
// @ts-expect-error the approved data is there only where it is approved
export const unchecked = async () => (await holdpoint.review({ execution: 'r', node: 'n', payload: 1 })).data;
`,
  );
  await writeFile(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2022', 'dom', 'esnext.disposable'],
        types: [],
        strict: true,
        noEmit: true,
        skipLibCheck: true,
      },
      files: ['agent.ts'],
    }),
  );
  const { stdout } = await run(process.execPath, [tsc, '--project', project]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});
