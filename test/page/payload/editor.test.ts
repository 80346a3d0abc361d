import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, openHarness, type Shown } from './openHarness.ts';
import { code } from './samples.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

/** JSON that JSON.parse would reorder or round. Edits must keep all other parts as they are. */
const mail =
  '{"10":"ten","2":"two","amount":12.50,"precise":0.100000,"urgent":false,"note":null,' +
  '"to":["a@b.c","d@e.f"],"body":"Dear all,\\r\\n\\r\\nhello.","meta":{"__proto__":1}}';

const edit = (text: string, approvalType?: string): Promise<Shown> =>
  harness.show({ show: 'editor', text, editable: true, ...(approvalType && { approvalType }) });

/** Waits until the editor has reported the expected text. */
async function saidText({ said }: Shown, text: string | null): Promise<void> {
  await expect.poll(async () => (await said())?.text, { timeout: 8_000 }).toBe(text);
}

async function toJson(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'JSON', exact: true }).click();
  await page.getByRole('textbox', { name: 'Payload as JSON' }).click();
}

/** Replaces the whole JSON text. */
async function writeJson(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Payload as JSON' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(text);
}

test('an untouched payload keeps its exact text and shows no difference', async () => {
  const shown = await edit(mail);
  await saidText(shown, mail);
  await shown.page.getByText('No difference', { exact: true }).waitFor();
  expect(shown.faults).toEqual([]);
});

test('each field changes only its own value', async () => {
  const shown = await edit(mail);
  const { page } = shown;
  await page.getByLabel('amount').fill('99.10');
  await page.getByLabel('urgent').selectOption('true');
  await page.getByLabel('1 text').fill('new@e.f');
  await page.getByLabel('body').fill('Dear all,\n\nbye.');
  await page.getByLabel('note').selectOption('text');
  await page.getByLabel('note').fill('a "note"');
  await saidText(
    shown,
    mail
      .replace('12.50', '99.10')
      .replace('false', 'true')
      .replace('d@e.f', 'new@e.f')
      .replace('hello', 'bye')
      .replace('null', '"a \\"note\\""'),
  );
  expect(await page.locator('.json-diff .diff-path code').allInnerTexts()).toEqual([
    'amount',
    'urgent',
    'note',
    'to[1]',
    'body',
  ]);
  expect(shown.faults).toEqual([]);
});

test('list items can be added and removed, and the focus stays among the fields', async () => {
  const shown = await edit(mail);
  const { page } = shown;
  await page.getByRole('button', { name: 'Add item to to' }).click();
  await page.getByLabel('2 text').fill('third@x.y');
  await page.getByRole('button', { name: 'Remove item 0' }).click();
  await saidText(shown, mail.replace('["a@b.c","d@e.f"]', '["d@e.f","third@x.y"]'));
  await page.getByRole('button', { name: 'Remove item 1' }).click();
  await saidText(shown, mail.replace('["a@b.c","d@e.f"]', '["d@e.f"]'));
  expect(await page.evaluate('document.activeElement !== document.body')).toBe(true);
});

test('an invalid number is kept and reported, and there is no edit to send', async () => {
  const shown = await edit(mail);
  const { page } = shown;
  await page.getByLabel('amount').fill('12,5');
  await saidText(shown, null);
  expect(await page.getByLabel('amount').getAttribute('aria-invalid')).toBe('true');
  await page.getByRole('status').getByText('amount is not a number').waitFor();
  await toJson(page);
  await page.getByText('"amount": 12,5').waitFor();
  await saidText(shown, null);
});

test('switching between fields and JSON loses nothing', async () => {
  const shown = await edit(mail);
  const { page } = shown;
  await page.getByLabel('"2" text').fill('zwei');
  await toJson(page);
  await saidText(shown, mail.replace('two', 'zwei'));
  const edited = mail.replace('two', 'deux').replace('12.50', '1E+2');
  await writeJson(page, edited);
  await page.getByRole('button', { name: 'Fields' }).click();
  expect(await page.getByLabel('amount').inputValue()).toBe('1E+2');
  await saidText(shown, edited);
  await page.getByRole('button', { name: 'Reset to original' }).click();
  await saidText(shown, mail);
  await page.getByRole('button', { name: 'Restore my edit' }).click();
  await saidText(shown, edited);
});

test('an unfinished edit can be continued, and resetting restores the original', async () => {
  const first = await edit(mail);
  await toJson(first.page);
  await writeJson(first.page, '{"unfinished": tr');
  await saidText(first, null);
  const draft = await first.page.evaluate<string>('window.draft');
  const again = await harness.show({ show: 'editor', text: mail, editable: true, draft });
  await again.page.getByText('"unfinished": tr').waitFor();
  await saidText(again, null);
  await again.page.getByRole('button', { name: 'Reset to original' }).click();
  await saidText(again, mail);
  await again.page.getByRole('button', { name: 'Restore my edit' }).click();
  await again.page.getByText('"unfinished": tr').waitFor();
  await saidText(again, null);
});

test('Ctrl+Enter, which submits, does not insert a line break', async () => {
  const shown = await edit('{"a":"one"}');
  await toJson(shown.page);
  await shown.page.keyboard.press('ControlOrMeta+Enter');
  await shown.page.keyboard.press('ControlOrMeta+End');
  await shown.page.keyboard.type(' ');
  expect(await shown.page.evaluate('window.draft')).toBe('{\n  "a": "one"\n} ');
});

test('JSON is checked while typing, and fields are unavailable until it is valid', async () => {
  const shown = await edit(mail);
  const { page } = shown;
  await toJson(page);
  await writeJson(page, '{\n  "a": 1\n  "b": 2\n}');
  await page.getByRole('status').getByText('Line 2: missing comma').waitFor();
  await saidText(shown, null);
  expect(await page.getByRole('button', { name: 'Fields' }).isDisabled()).toBe(true);
  await page.locator('.cm-lintRange-error').waitFor();
  await writeJson(page, '{ "a": 1, "b": 2 }');
  await saidText(shown, '{"a":1,"b":2}');
  expect(await page.getByRole('button', { name: 'Fields' }).isDisabled()).toBe(false);
  expect(shown.faults).toEqual([]);
});

const refused: readonly [name: string, text: string, problem: RegExp][] = [
  ['eleven levels', `${'['.repeat(11)}1${']'.repeat(11)}`, /Line 1: nested deeper than 10 levels/],
  ['an integer that is not exact', '{\n"a":\n12345678901234567}', /Line 3: an integer beyond/],
  ['a key that is there twice', '{"a":1,"a":2}', /Line 1: the key is there twice/],
  ['NUL', '{"a":"\\u0000"}', /Line 1: the text contains NUL/],
  ['half a pair', '{"a":"\\ud800"}', /Line 1: the text contains half of a surrogate pair/],
  ['nothing', '', /Line 1: expected a value/],
  ['a comment', '{"a":1} // x', /comments are not allowed in JSON/],
  ['brackets without end', '['.repeat(5_000), /nested deeper than 256 levels/],
];

test.each(refused)('the limits of the service apply while typing: %s', async (_, text, problem) => {
  const shown = await edit('{"a":1}');
  await toJson(shown.page);
  await writeJson(shown.page, text);
  await shown.page.getByRole('status').getByText(problem).first().waitFor();
  await saidText(shown, null);
  expect(shown.faults).toEqual([]);
});

test('ten levels are accepted, and so is null', async () => {
  const shown = await edit('{"a":1}');
  await toJson(shown.page);
  for (const text of [`${'['.repeat(10)}1${']'.repeat(10)}`, 'null']) {
    await writeJson(shown.page, text);
    await saidText(shown, text);
  }
});

test('an edit may be nested as deep as the payload', async () => {
  const nested = (levels: number, value: number) =>
    `${'['.repeat(levels)}${value}${']'.repeat(levels)}`;
  const shown = await edit(nested(12, 1));
  await shown.page.getByRole('textbox', { name: 'Payload as JSON' }).click();
  await writeJson(shown.page, nested(12, 2));
  await saidText(shown, nested(12, 2));
  await writeJson(shown.page, nested(13, 2));
  await shown.page.getByRole('status').getByText('Line 1: nested deeper than 12 levels').waitFor();
  await saidText(shown, null);
});

test('more than a million characters are refused, and a long draft is no edit until it is checked', async () => {
  const shown = await edit(JSON.stringify({ a: 'x'.repeat(999_992) }));
  const { page, said } = shown;
  await expect.poll(async () => (await said())?.text?.length, { timeout: 8_000 }).toBe(1_000_000);
  await page.getByRole('textbox', { name: 'Payload as JSON' }).click();
  await page.keyboard.press('ControlOrMeta+Home');
  for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.type('b');
  expect((await said()).text).toBeNull();
  await page
    .getByRole('status')
    .getByText(/1000001 characters of JSON, more than 1000000/)
    .waitFor();
  await page.keyboard.press('Backspace');
  await expect.poll(async () => (await said())?.text?.length, { timeout: 8_000 }).toBe(1_000_000);
});

test('an approval must keep its type and match it', async () => {
  const text = JSON.stringify(code);
  const shown = await edit(text, code.approval_type);
  const { page } = shown;
  const kind = page.getByLabel('approval_type');
  expect(await kind.getAttribute('readonly')).not.toBeNull();
  await page.getByText("Read-only: the approval type can't be changed.").waitFor();
  await toJson(page);
  await writeJson(page, text.replace('python_executor', 'memory_save'));
  await page.getByRole('status').getByText('must stay "python_executor"').waitFor();
  await saidText(shown, null);
  await writeJson(page, JSON.stringify({ ...code, code: 7 }));
  await page
    .getByRole('status')
    .getByText(/expected string/i)
    .waitFor();
  await saidText(shown, null);
  await writeJson(page, JSON.stringify({ ...code, code: 'print(1)' }));
  await saidText(shown, JSON.stringify({ ...code, code: 'print(1)' }));
  expect(shown.faults).toEqual([]);
});

test('a custom approval type must be kept too', async () => {
  const shown = await edit('{"approval_type":"deploy","to":"production"}', 'deploy');
  await toJson(shown.page);
  await writeJson(shown.page, '{"approval_type":"deploy2","to":"staging"}');
  await shown.page.getByRole('status').getByText('must stay "deploy"').waitFor();
  await writeJson(shown.page, '{"approval_type":"deploy","to":"staging"}');
  await saidText(shown, '{"approval_type":"deploy","to":"staging"}');
});

test('a payload that is not editable says why and has no fields', async () => {
  const { page } = await harness.show({ show: 'editor', text: mail, editable: false });
  await page.getByText('you can only approve or reject it').waitFor();
  await page.getByText('12.50').waitFor();
  expect(await page.locator('input, textarea, select, [contenteditable=true]').count()).toBe(0);
});

test('pasting several lines into a single-line field keeps them', async () => {
  const shown = await edit('{"a":"one"}');
  const { page } = shown;
  await page.getByLabel('a text').focus();
  await page.keyboard.press('End');
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    data.setData('text/plain', ' two\\r\\nthree');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  })()`);
  await saidText(shown, '{"a":"one two\\nthree"}');
  expect(await page.locator('textarea').inputValue()).toBe('one two\nthree');
});

test('invisible characters are named below the field and visible in JSON', async () => {
  const shown = await edit('{"to":"ann@ex\u200bample.com","cr":"a\\rb"}');
  const { page } = shown;
  await page.getByText('Contains invisible characters: 1 × U+200B zero width space').waitFor();
  await page.getByText("Contains carriage returns, which a field can't preserve").waitFor();
  await toJson(page);
  await page.locator('.odd-character', { hasText: '\\u200b' }).waitFor();
  await saidText(shown, '{"to":"ann@ex\u200bample.com","cr":"a\\rb"}');
});

test('everything can be reached by keyboard, and Tab leaves the text area', async () => {
  const shown = await edit('{"a":"one"}');
  const { page } = shown;
  await page.getByLabel('a text').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Payload as JSON' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type(',"b":2');
  await saidText(shown, '{"a":"one","b":2}');
  await page.keyboard.press('Shift+Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Reset to original');
});
