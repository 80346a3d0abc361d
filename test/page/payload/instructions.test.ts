import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, openHarness } from './openHarness.ts';
import { hostileMarkdown } from './samples.ts';
import { seen } from './seen.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

async function showMarkdown(text: string) {
  const shown = await harness.show({ show: 'instructions', text });
  await shown.page.locator('.instructions :is(p, h4, li, pre)').first().waitFor();
  return shown;
}

test('Markdown becomes headings below those of the page, lists and tables', async () => {
  const { page } = await showMarkdown(hostileMarkdown);
  expect(await seen(page.getByRole('heading', { level: 4 }))).toBe('Mail to 12,000 people');
  expect(await page.getByRole('img', { name: 'not done' }).count()).toBe(1);
  expect(await page.getByRole('cell').allInnerTexts()).toEqual(['1', '2']);
});

test('an agent’s HTML becomes text, and nothing is fetched', async () => {
  const { page, faults } = await showMarkdown(hostileMarkdown);
  expect(await page.locator('main :is(img, script, style, iframe)').count()).toBe(0);
  const text = await seen(page.locator('.instructions'));
  expect(text).toContain('<script>alert(1)</script>');
  expect(text).toContain('<!-- hidden comment -->');
  expect(text).toContain('<style>body{display:none}</style>');
  expect(text).toContain('turned \\u202earound');
  expect(faults).toEqual([]);
});

test('a link shows its host and opens in a new tab, and other addresses are no links', async () => {
  const { page } = await showMarkdown(hostileMarkdown);
  const links = await page
    .getByRole('link')
    .evaluateAll((all) =>
      all.map((link) => [
        link.getAttribute('href'),
        link.textContent,
        link.getAttribute('rel'),
        link.getAttribute('target'),
      ]),
    );
  expect(links.map(([href]) => href)).toEqual([
    'https://example.com/mail/1',
    'https://evil.example/login',
    'https://evil.example/p.png',
    'https://evil.example/q.png',
    'https://bank.example@evil.example/',
    'https://xn--pple-43d.com/',
  ]);
  expect(links[1]?.[1]).toContain('https://bank.example (evil.example');
  expect(links[4]?.[1]).toContain('(with a username, to evil.example');
  expect(links[5]?.[1]).toContain('(xn--pple-43d.com');
  for (const [, , rel, target] of links) {
    expect(rel).toContain('noopener noreferrer');
    expect(target).toBe('_blank');
  }
  const text = await seen(page.locator('.instructions'));
  for (const inert of [
    '(javascript:alert(1))',
    '(#token=evil)',
    '(/logout)',
    '(//evil.example/x)',
  ]) {
    expect(text).toContain(inert);
  }
});

test('the whole address of a link can be read where its text or host says less', async () => {
  const long = `https://evil.example/pay?to=${'a'.repeat(500)}&end`;
  const { page } = await showMarkdown(
    [
      '[the docs](https://docs.example/guide?account=4711#refunds)',
      '[home](https://docs.example)',
      '[plain](http://docs.example)',
      '<https://docs.example/auto>',
      '[write](mailto:ann@example.com?bcc=eve@example.com)',
      `[long](${long})`,
    ].join('\n\n'),
  );
  const lines = page.locator('.instructions p');
  await lines.nth(5).waitFor();
  expect((await lines.allTextContents()).slice(0, 5)).toEqual([
    'the docs (docs.example ↗, opens in a new tab) https://docs.example/guide?account=4711#refunds',
    'home (docs.example ↗, opens in a new tab)',
    'plain (docs.example ↗, opens in a new tab) http://docs.example/',
    'https://docs.example/auto (docs.example ↗, opens in a new tab)',
    'write (ann@example.com ↗, opens in a new tab) mailto:ann@example.com?bcc=eve@example.com',
  ]);
  await page.getByRole('button', { name: 'show the whole address' }).click();
  expect(await lines.nth(5).textContent()).toContain(long);
});

test('no link leads to the page itself or signs in to it', async () => {
  const { page } = await harness.show({ show: 'instructions', text: 'x' });
  const { origin, port } = new URL(page.url());
  const own = [
    `${origin}/`,
    `${origin}/#token=evil`,
    `http://ann:x@127.1:${port}/r/one`,
    `http://localhost:${port}/#token=evil`,
    `https://other.example/#x=1&%74oken=evil`,
  ];
  await showMarkdown(own.map((address) => `- [Continue](${address})`).join('\n'));
  await page.getByText('#x=1').waitFor();
  expect(await page.getByRole('link').count()).toBe(0);
  expect(await page.getByTitle("An address of Holdpoint's own page, so not a link").count()).toBe(
    5,
  );
});

test('the source of instructions can be viewed', async () => {
  const { page } = await showMarkdown('See **this** [x](https://a.example)');
  await page.getByRole('button', { name: 'View source' }).click();
  expect(await seen(page.locator('.markdown-source'))).toBe('See **this** [x](https://a.example)');
});

test('very long instructions are shown as folded source with their length', async () => {
  const { page, faults } = await harness.show({
    show: 'instructions',
    text: `${'> '.repeat(45_000)}the end`,
  });
  await page.getByText('of 90,007 characters').waitFor();
  expect(await seen(page.locator('.instructions'))).toContain('the end');
  expect(faults).toEqual([]);
});

test('Markdown that would take long or grow too large is shown as written', async () => {
  const texts = {
    emphasis: '*['.repeat(10_000),
    'mixed emphasis': '**a*'.repeat(5_000),
    quotes: '> '.repeat(10_000),
    'lists in quotes': '1. > '.repeat(4_000),
    table: `${'|a'.repeat(1_000)}\n${'|-'.repeat(1_000)}\n${'|\n'.repeat(8_000)}`,
    references: `[a]: https://x.example/${'y'.repeat(8_000)}\n\n${'[a] '.repeat(2_900)}`,
    paragraphs: 'a\n\n'.repeat(6_600),
  };
  for (const [name, text] of Object.entries(texts)) {
    const { page, faults } = await harness.show({ show: 'instructions', text });
    await page.getByText('Shown as written, because').waitFor();
    expect((await seen(page.locator('.markdown-source'))).slice(0, 2), name).toBe(text.slice(0, 2));
    expect(faults, name).toEqual([]);
  }
  // The worker that was stopped has a successor.
  const { page } = await showMarkdown('Now *this*');
  await page.locator('.instructions em').getByText('this').waitFor();
});

test('other unusual Markdown does not freeze the page', async () => {
  const texts = [
    '- ',
    '[',
    '![',
    '*a _b ',
    '`a``b',
    '~~a~b',
    '&amp;',
    '<a ',
    '<!-- ',
    'a@',
    'www.',
  ];
  for (const text of texts.map((mark) => `${mark.repeat(20_000 / mark.length - 1)}x`)) {
    const { page, faults } = await harness.show({ show: 'instructions', text });
    await page.locator('.instructions').getByText('x').first().waitFor();
    expect(faults).toEqual([]);
  }
});

test('named and numbered characters are shown', async () => {
  const { page, faults } = await showMarkdown('&copy; &#8364; &amp;');
  await page.getByText('© € &', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});
