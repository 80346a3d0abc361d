import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startProgram } from '../cli/runProgram.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

it('the demo agent is reviewed with the keyboard alone and does what was decided', async () => {
  const { agent, reviewer } = service.team();
  const home = await mkdtemp(join(tmpdir(), 'holdpoint-page-demo-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const page = await pages.open(reviewer, {
    // J opens the next one here, so that it is known which one that is.
    before: (opened) =>
      opened.addInitScript(() => localStorage.setItem('holdpoint.nextAfterDeciding', 'off')),
  });
  await page.getByText("You're all caught up").waitFor();
  const demo = startProgram('demo/main.ts', [], {
    HOLDPOINT_URL: agent.url,
    HOLDPOINT_TOKEN: await agent.token,
    INIT_CWD: home,
  });
  let isDone = false;
  void demo.ended.then(() => {
    isDone = true;
  });

  const seen = new Set<string>();
  const waiting = page.locator('.row:not([data-closed]) [data-row]');
  while (!isDone) {
    const id = await waiting
      .first()
      .getAttribute('data-row', { timeout: 300 })
      .catch(() => null);
    if (id === null || seen.has(id)) {
      await page.waitForTimeout(20);
      continue;
    }
    await page.keyboard.press('j');
    await expect.poll(() => decodeURIComponent(page.url())).toContain(id);
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await page.waitForTimeout(LOOK_MS);
    if (seen.size === 0) {
      await page.keyboard.press('r');
      await page.keyboard.type('I need it');
      await page.keyboard.press('Control+Enter');
    } else if (id.startsWith('copilot-node-rename')) {
      await page.keyboard.press('Shift+A');
      await page.getByRole('button', { name: 'Approve this and the next 10' }).click();
    } else await page.keyboard.press('a');
    await page.getByRole('region', { name: 'Outcome' }).waitFor();
    seen.add(id);
  }

  const { exitCode, stdout } = await demo.ended;
  expect(exitCode).toBe(0);
  expect(stdout).toContain('rejected by reviewer: "I need it"');
  expect(stdout).toContain('approved by reviewer');
  expect(stdout).toContain('approved by a standing approval');
  const [folder] = await readdir(home);
  const files = await readdir(join(home, folder as string));
  expect(files.some((name) => /^[a-z0-9-]+\.\w+$/.test(name))).toBe(true);
}, 60_000);
