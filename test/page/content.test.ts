import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { askForShow } from '../support/showcase.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();
const { agent, reviewer } = service.team();
await askForShow(agent);

const done = (page: Page) => page.getByRole('region', { name: 'Payload', exact: true });

it('code is shown after its mode and safety concerns', async () => {
  const page = await pages.open(reviewer, { path: '/r/code' });
  await done(page).getByText('Moves money', { exact: true }).waitFor();
  const text = (await done(page).textContent()) ?? '';
  const places = [
    'write_access',
    'Moves money',
    'Writes to the orders database',
    'import pandas',
  ].map((part) => text.indexOf(part));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places.slice(0, 3).every((place) => place < (places[3] as number))).toBe(true);
  // The message that only repeats the payload is folded.
  await page.getByText("Agent's message").waitFor();
  const message = page.getByRole('article').getByText('Why you are asked');
  expect(await message.first().isVisible()).toBe(false);
});

it('an agent’s own instructions for a typed approval are not folded', async () => {
  await ask(agent, 'own-words', {
    instructions: 'Please look at the loop.',
    payload: { approval_type: 'python_executor', code: 'print(1)', execution_mode: 'readonly' },
  });
  const page = await pages.open(reviewer, { path: '/r/own-words' });
  await page.getByText('Please look at the loop.').last().waitFor();
  await expect.poll(() => page.getByText("Agent's message").count()).toBe(0);
});

it('a plan is shown as steps, and a memory as old and new side by side', async () => {
  const page = await pages.open(reviewer, { path: '/r/plan' });
  for (const step of ['Read the orders', 'Compute revenue', 'Write the report']) {
    await done(page).getByText(step).waitFor();
  }
  await page.goto(`${service.url}/r/memory`);
  await done(page).getByText('Prefers the telephone.').first().waitFor();
  await done(page).getByText('Prefers e-mail.').first().waitFor();
});

it('HTML and scripts in names, instructions and payloads are text', async () => {
  const html = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
  await ask(agent, 'html', {
    nodeId: html,
    graphId: html,
    instructions: html,
    payload: { [html]: html },
  });
  const page = await pages.open(reviewer, { path: '/r/html' });
  await done(page).getByText('onerror').first().waitFor();
  expect(await page.evaluate(() => Reflect.get(window, 'hit'))).toBeUndefined();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

it('invisible and direction-changing characters are made visible, in the list too', async () => {
  await ask(agent, 'bidi', { nodeId: 'pay\u202Etxt.exe\u200B', payload: { to: 'a\u202Eb' } });
  const page = await pages.open(reviewer, { path: '/r/bidi' });
  await done(page).locator('.odd-character').first().waitFor();
  await page.locator('[data-row="bidi"] .odd-character').first().waitFor();
  expect(await page.locator('#review-title .odd-character').count()).toBeGreaterThan(0);
});

it('the page requests nothing from other hosts, whatever the instructions contain', async () => {
  await ask(agent, 'image', { instructions: '![see](https://tracker.example.com/pixel.png) text' });
  const hosts = new Set<string>();
  const page = await pages.open(reviewer, {
    path: '/r/image',
    before: async (opened) => {
      opened.on('request', (request) => hosts.add(new URL(request.url()).host));
    },
  });
  await page.getByText('tracker.example.com').first().waitFor();
  expect([...hosts]).toEqual([new URL(service.url).host]);
});
