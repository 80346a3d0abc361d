import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import {
  DecideReviewsDocument,
  type ReviewDecisionInput,
  ReviewsDocument,
  WaitingReviewsDocument,
} from '../../packages/client/src/generated/graphql.ts';
import { startProgram } from '../cli/runProgram.ts';
import { type Team, testService } from '../support/testService.ts';

const service = await testService();
const TIMEOUT_MS = 8_000;

type Payload = { action: string; file: string; newName?: string; after?: string };
type Decide = (payload: Payload) => Omit<ReviewDecisionInput, 'nodeExecId'>;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-demo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const startDemo = async ({ agent }: Team, args: string[], env: Record<string, string> = {}) =>
  startProgram('demo/main.ts', args, {
    HOLDPOINT_URL: agent.url,
    HOLDPOINT_TOKEN: await agent.token,
    ...env,
  });

/** Decides every review until the demo ends. Returns the reviewed actions. */
async function review(team: Team, ended: Promise<unknown>, decide: Decide): Promise<string[]> {
  const seen: string[] = [];
  let isDone = false;
  void ended.then(() => {
    isDone = true;
  });
  const limit = Date.now() + TIMEOUT_MS * 3;
  while (!isDone && Date.now() < limit) {
    const review = await nextWaiting(team);
    if (!review) await pause(20);
    else {
      const payload = review.payload as Payload;
      seen.push(`${payload.action} ${payload.file}`);
      const decision = { nodeExecId: review.nodeExecId, ...decide(payload) };
      await team.reviewer.query(DecideReviewsDocument, { input: { decisions: [decision] } });
    }
  }
  return seen;
}

const nextWaiting = async ({ reviewer }: Team) =>
  (await reviewer.query(WaitingReviewsDocument, { first: 1 })).pendingReviews.edges[0]?.node;

async function waitForReview(team: Team) {
  const limit = Date.now() + TIMEOUT_MS;
  for (let review = await nextWaiting(team); ; review = await nextWaiting(team)) {
    if (review) return review;
    if (Date.now() > limit) throw new Error('The demo requested no review');
    await pause(20);
  }
}

const visible = async (folder: string) =>
  (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();

it('carries out approved and edited steps, skips rejected ones and applies standing approvals', async () => {
  const team = service.team();
  const home = await temporaryFolder();
  const demo = await startDemo(team, [], { INIT_CWD: home });
  const asked = await review(team, demo.ended, ({ action, file, ...rest }) => {
    if (action === 'rename') {
      const isFirst = file.startsWith('Budget');
      const payload = { action, file, newName: 'Money OF 2026.csv' };
      return { decision: 'APPROVE', autoApproveFuture: true, ...(isFirst && { payload }) };
    }
    if (file === '~draft.tmp') return { decision: 'REJECT', message: 'I need it' };
    if (action === 'edit') {
      return { decision: 'APPROVE', payload: { action, file, ...rest, after: 'recieve: teh' } };
    }
    return { decision: 'APPROVE' };
  });
  const { exitCode, stdout, stderr } = await demo.ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });

  expect(asked).toEqual([
    'delete Budget 2026 - Copy.csv',
    'delete ~draft.tmp',
    'edit welcome.txt',
    'rename Budget 2026.csv',
  ]);
  const folder = join(home, 'demo-folder');
  expect(await visible(folder)).toEqual([
    'Money OF 2026.csv',
    'holiday-photo-list.md',
    'meeting-notes.txt',
    'welcome.txt',
    '~draft.tmp',
  ]);
  expect(await readFile(join(folder, 'welcome.txt'), 'utf8')).toBe('recieve: teh');
  expect(stdout).toContain('rejected by reviewer: "I need it"; skipped');
  expect(stdout).toContain('approved by reviewer with an edit: renamed to Money OF 2026.csv');
  expect(stdout.match(/approved by a standing approval/g)).toHaveLength(2);
  expect(stdout).toContain(`token create --workspace ${team.user} --as ada --scope review:decide`);
  expect(stdout).toContain('Finished: 5 done, 1 rejected, 0 skipped.');

  // A second run requests and repeats nothing, and proposes nothing that contradicts an edit.
  const second = await startDemo(team, [], { INIT_CWD: home });
  const again = await second.ended;
  expect(again.stdout).toContain('already rejected by reviewer: "I need it"');
  expect(again.stdout).toContain('Finished: 0 done, 1 rejected, 0 skipped.');
  expect(await nextWaiting(team)).toBe(undefined);
});

it('resumes after a crash without asking twice', async () => {
  const team = service.team();
  const folder = await temporaryFolder();
  for (const name of ['a.tmp', 'b.tmp']) await writeFile(join(folder, name), name);
  const first = await startDemo(team, [folder, '--session', 's1']);
  const { nodeExecId } = await waitForReview(team);
  first.process.kill('SIGKILL');
  await first.ended;
  await team.reviewer.query(DecideReviewsDocument, {
    input: { decisions: [{ nodeExecId, decision: 'APPROVE' }] },
  });

  const second = await startDemo(team, [folder, '--session', 's1']);
  expect(await review(team, second.ended, () => ({ decision: 'APPROVE' }))).toEqual([
    'delete b.tmp',
  ]);
  expect((await second.ended).stdout).toContain('Finished: 2 done');
  expect(await visible(folder)).toEqual([]);
});

it('reports a step that a killed run had carried out', async () => {
  const team = service.team();
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.tmp'), 'x');
  // The state after a crash between carrying out a step and reporting it.
  const first = await startDemo(team, [folder, '--session', 's1']);
  const { nodeExecId, payload } = await waitForReview(team);
  first.process.kill('SIGKILL');
  await first.ended;
  await team.reviewer.query(DecideReviewsDocument, {
    input: { decisions: [{ nodeExecId, decision: 'APPROVE' }] },
  });
  await rm(join(folder, 'a.tmp'));
  const notebook = { session: 's1', underWay: payload, chosen: [] };
  await writeFile(join(folder, '.holdpoint-demo.json'), JSON.stringify(notebook));

  const second = await startDemo(team, [folder, '--session', 's1']);
  const { exitCode, stdout } = await second.ended;
  expect(exitCode).toBe(0);
  expect(stdout).toContain('a.tmp was deleted (in the previous run)');
  const { reviews } = await team.reviewer.query(ReviewsDocument, { nodeExecIds: [nodeExecId] });
  expect(reviews).toMatchObject([{ status: 'APPROVED', processed: true }]);
});

it('rejects an edit that leads out of the folder, with the reason', async () => {
  const team = service.team();
  const home = await temporaryFolder();
  const folder = join(home, 'inner');
  await mkdir(folder);
  await writeFile(join(folder, 'A file.txt'), 'x');
  const demo = await startDemo(team, [folder]);
  await review(team, demo.ended, (payload) => ({
    decision: 'APPROVE',
    payload: { ...payload, newName: '../escaped.txt' },
  }));
  const { stdout } = await demo.ended;
  expect(stdout).toContain('but cannot be done: newName must be a plain name');
  expect(await visible(folder)).toEqual(['A file.txt']);
  expect(await readdir(home)).toEqual(['inner']);
  const { reviewsByState } = await team.reviewer.query<{
    reviewsByState: { edges: { node: { outcome: string; outcomeDetail: string } }[] };
  }>('{ reviewsByState(state: DECIDED) { edges { node { outcome outcomeDetail } } } }');
  expect(reviewsByState.edges).toMatchObject([
    { node: { outcome: 'SKIPPED', outcomeDetail: expect.stringContaining('cannot be done') } },
  ]);
});

it('prints what to do if the service is unreachable or an option is unknown', async () => {
  const away = await startProgram('demo/main.ts', [], {
    HOLDPOINT_URL: 'http://127.0.0.1:1/graphql',
  }).ended;
  expect(away.exitCode).toBe(1);
  expect(away.stderr).toMatch(
    /^Holdpoint cannot be reached at [^\n]*\(HOLDPOINT_URL\)\. To start it here: npm start\n$/,
  );
  const wrong = await startProgram('demo/main.ts', ['--sesion', 'x']).ended;
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toMatch(/^demo: Unknown option '--sesion'[^\n]*\n$/);
});
