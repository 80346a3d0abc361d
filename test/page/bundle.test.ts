import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { reviewerPages } from '../support/reviewerPages.ts';
import { askForShow } from '../support/showcase.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();
const { agent, reviewer } = service.team();
await askForShow(agent);

const MAX_BYTES = 250_000;
const MAX_FIRST_BYTES = 150_000;
const folder = fileURLToPath(new URL('../../dist/page/', import.meta.url));

it('loads at most 250 KB of compressed JavaScript for all views, and the editor only when needed', async () => {
  const page = await pages.open(reviewer);
  await page.locator('[data-row="mail"]').waitFor();
  const loaded = new Map<string, number>();
  const note = async () => {
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .map(
          (entry) => [entry.name, (entry as PerformanceResourceTiming).encodedBodySize] as const,
        ),
    );
    for (const [name, bytes] of scripts) loaded.set(name, bytes);
    return [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
  };
  const first = await note();
  for (const id of ['mail', 'plan', 'code', 'memory']) {
    await page.locator(`[data-row="${id}"]`).click();
    await page.getByRole('region', { name: 'Payload', exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
  }
  const all = await note();
  console.log(
    `compressed JavaScript: list ${Math.round(first / 1_000)} KB, all views ${Math.round(all / 1_000)} KB`,
  );
  expect(all).toBeLessThanOrEqual(MAX_BYTES);

  await page.locator('[data-row="mail"]').click();
  await page.getByRole('button', { name: 'Edit…' }).click();
  await page
    .getByRole('tab', { name: 'JSON', exact: true })
    .or(page.getByRole('button', { name: 'JSON', exact: true }))
    .click();
  await page
    .locator('.cm-editor')
    .or(page.getByRole('textbox', { name: /JSON/ }))
    .first()
    .waitFor();
  expect(await note()).toBeGreaterThan(all);
});

it('needs at most 150 KB of compressed JavaScript to show the first review', async () => {
  const html = await readFile(`${folder}index.html`, 'utf8');
  const names = [...html.matchAll(/"\.\/(assets\/[^"]+\.js)"/g)].map(([, name = '']) => name);
  const sizes = await Promise.all(names.map((name) => stat(`${folder}${name}.br`)));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  console.log(`compressed JavaScript until the first review: ${Math.round(bytes / 1_000)} KB`);
  expect(bytes).toBeLessThanOrEqual(MAX_FIRST_BYTES);

  // The review can be read with these files alone: the others never arrive.
  const page = await pages.open(reviewer, {
    path: '/r/mail',
    before: (opened) =>
      opened.route(/\.js$/, async (route) => {
        if (names.some((name) => route.request().url().endsWith(name))) await route.continue();
      }),
  });
  await page.getByRole('region', { name: 'Payload as a tree' }).waitFor();
});

it('loads the policy page and the evaluation of rules only where they are used', async () => {
  const user = 'policy-readers';
  const page = await pages.open(service.as({ user, actor: 'rita', scopes: ['review:read'] }));
  const loaded = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => /(PolicyPage|evaluator|FutureDialog)-.*\.js$/.exec(name)?.[1] ?? '')
        .filter(Boolean),
    );
  await page.getByText("You're all caught up").waitFor();
  expect(await loaded()).toEqual([]);
  await page.getByRole('button', { name: 'rita' }).click();
  await page.getByRole('link', { name: 'Policy' }).click();
  await page.getByText('There is no policy yet').waitFor();
  await expect.poll(loaded).toEqual(['PolicyPage', 'evaluator']);
});

it('shows the first view quickly on a warm machine', async () => {
  const page = await pages.open(reviewer);
  await page.locator('[data-row="mail"]').waitFor();
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await page.reload({ waitUntil: 'commit' });
    await page.locator('[data-row="mail"]').waitFor();
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  console.log(`first view with its reviews: median ${Math.round(times[2] as number)} ms`);
  expect(times).toHaveLength(5);
});

it('shows a decision as soon as the service has answered', async () => {
  const page = await pages.open(reviewer, {
    path: '/r/plan',
    before: (opened) =>
      opened.addInitScript(() => {
        const send = fetch;
        globalThis.fetch = async (...args) => {
          const response = await send(...args);
          if (String(args[1]?.body).includes('mutation Decide')) {
            const answeredAt = performance.now();
            new MutationObserver((_changes, observer) => {
              if (!document.querySelector('[aria-label="Outcome"]')) return;
              observer.disconnect();
              Reflect.set(globalThis, 'feedbackMs', performance.now() - answeredAt);
            }).observe(document, { childList: true, subtree: true });
          }
          return response;
        };
      }),
  });
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await page.waitForTimeout(400);
  await page.keyboard.press('a');
  const feedbackMs = () => page.evaluate(() => Reflect.get(globalThis, 'feedbackMs') as number);
  await expect.poll(feedbackMs).toBeGreaterThan(0);
  console.log(`from the answer to what is shown: ${Math.round(await feedbackMs())} ms`);
});

it('the document has no inline script or style and names no other host', async () => {
  const html = await readFile(`${folder}index.html`, 'utf8');
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(html).not.toMatch(/<style|style=|https?:\/\//);
});

it('every file has compressed copies', async () => {
  const names = await readdir(`${folder}assets`);
  for (const name of names.filter((found) => /\.(js|css|svg)$/.test(found))) {
    expect(names).toContain(`${name}.br`);
    expect(names).toContain(`${name}.gz`);
  }
});
