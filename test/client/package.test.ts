import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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

const packages = ['holdpoint', '@holdpoint/client', '@holdpoint/langgraph'];

/**
 * An empty project with the packages installed as npm would: the files they pack, and their
 * dependencies.
 */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'holdpoint-package-'));
  await run(process.execPath, [tsc, '--build', 'tsconfig.build.json']);
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project];
  const { stdout } = await run('npm', [...pack, '--workspaces', '--include-workspace-root']);
  for (const { name, filename } of JSON.parse(stdout)) {
    const installed = join(project, 'node_modules', name);
    await mkdir(installed, { recursive: true });
    await run('tar', ['-xf', join(project, filename), '-C', installed, '--strip-components=1']);
    const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    await link(Object.keys(dependencies).filter((needed) => !packages.includes(needed)));
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
}, 120_000);

async function link(names: string[]): Promise<void> {
  for (const name of names) {
    const place = join(project, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    if (!existsSync(place)) await symlink(join(modules, name), place);
  }
}

afterAll(() => rm(project, { recursive: true, force: true }));

/** The Node that runs the tests, and the one on the PATH, which may be as old as 20. */
const nodes = [
  process.execPath,
  ...(process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path))
    .slice(0, 1),
];

it.each(nodes)('requests, waits and keeps every digit in an empty project, on %s', async (node) => {
  const { agent, reviewer } = service.team();
  const file = join(project, 'agent.mjs');
  await writeFile(
    file,
    `import { createClient, exactJson } from '@holdpoint/client';
import { approve, scriptedReviewer } from '@holdpoint/client/testing';
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
  console.log(`@holdpoint/client runs on Node ${version}`);
});

it.each(nodes)('has its other entry points, on %s', async (node) => {
  const code = `
    const { createPlanApproval } = await import('@holdpoint/client/approvals');
    const { startHoldpoint } = await import('@holdpoint/client/testing');
    console.log([createPlanApproval, startHoldpoint].map((part) => typeof part).join());
  `;
  const { stdout } = await run(node, ['--input-type=module', '--eval', code], { cwd: project });
  expect(stdout.trim()).toBe('function,function');
});

it('is also exported by the service package', async () => {
  const code = `
    const parts = ['client', 'approvals', 'testing'].map((part) => import('holdpoint/' + part));
    console.log((await Promise.all(parts)).map((part) => Object.keys(part).length > 1).join());
  `;
  const args = ['--input-type=module', '--eval', code];
  const { stdout } = await run(process.execPath, args, { cwd: project });
  expect(stdout.trim()).toBe('true,true,true');
});

it('has an integration for projects with LangGraph', async () => {
  const langgraph = "console.log(typeof (await import('@holdpoint/langgraph')).runWithReviews)";
  const load = () =>
    run(process.execPath, ['--input-type=module', '--eval', langgraph], { cwd: project });
  await link(['@langchain/langgraph', '@langchain/core']);
  expect((await load()).stdout.trim()).toBe('function');
});

it('has types', async () => {
  await writeFile(
    join(project, 'agent.ts'),
    `import { createClient, type Outcome } from '@holdpoint/client';
import { createPlanApproval } from '@holdpoint/client/approvals';
import { approve, type Step } from '@holdpoint/client/testing';
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
// @ts-expect-error a reviewer's message is not a number
export const wrong = approve({ message: 1 });
// @ts-expect-error only an approved outcome has data
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
