import { readJsonTree } from '@holdpoint/client/json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readableForm } from '../../../src/page/payload/views/shortValues.ts';
import { describeManifests, manifestTexts } from '../../../src/page/worker/describeManifests.ts';
import { parseCsv } from '../../../src/page/worker/parseCsv.ts';
import { safeHtml } from '../../../src/page/worker/safeHtml.ts';
import { type DiffRow, unifiedDiff } from '../../../src/page/worker/unifiedDiff.ts';

const signs: Record<DiffRow['kind'], string> = {
  header: '',
  hunk: '',
  note: '',
  same: ' ',
  removed: '-',
  added: '+',
};

const diffLine = fc.constantFrom(
  ...['--- a/x', '+++ b/x', '@@ -1,2 +1,2 @@', '@@ -1 +1 @@', 'diff --git a/x b/x', ' same', ''],
  ...['-old words', '+new words', '--- x', '+++ y', '\\ No newline at end of file', 'Subject: x'],
);

test('a diff is shown with every line, in order', () => {
  fc.assert(
    fc.property(fc.array(diffLine, { maxLength: 25 }), (lines) => {
      const shown = unifiedDiff(lines.join('\n')).flatMap(({ rows }) =>
        rows.map(({ kind, text }) => signs[kind] + text),
      );
      // An editor may have removed the space of an empty line.
      const isText = (line: string) => line.trim() !== '';
      expect(shown.filter(isText)).toEqual(lines.filter(isText));
    }),
    { numRuns: 500 },
  );
});

test('the counts of a hunk decide what its lines are', () => {
  const [file, ...others] = unifiedDiff(
    '--- a/q.sql\n+++ b/q.sql\n@@ -1,3 +1,2 @@\n select 1;\n--- a comment\n-+++ b/other\n++++ added\n',
  );
  expect(others).toEqual([]);
  expect(file).toMatchObject({ name: 'q.sql', added: 1, removed: 2, isInconsistent: false });
  expect(file?.rows.slice(3).map(({ kind, text }) => [kind, text])).toEqual([
    ['same', 'select 1;'],
    ['removed', '-- a comment'],
    ['removed', '+++ b/other'],
    ['added', '+++ added'],
    ['header', ''],
  ]);
});

test('a diff says when its counts are wrong, and the names and fates of its files', () => {
  const files = unifiedDiff(
    'diff --git a/a b/a\nnew file mode 100644\n--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n' +
      '--- a/b\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n--- a/c\n+++ b/c\n@@ -1,9 +1,9 @@\n-x\n+y\n',
  );
  expect(files.map(({ name, status, isInconsistent }) => [name, status, isInconsistent])).toEqual([
    ['a', 'new', false],
    ['b', 'deleted', false],
    ['c', 'changed', true],
  ]);
});

test('the documents of a manifest together are its text', () => {
  const line = fc.constantFrom('---', '--- # next', 'kind: A', '# note', '', '  - ---', '----');
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const yaml = lines.join('\n');
      expect(manifestTexts(yaml).join('')).toBe(yaml);
    }),
  );
  const described = describeManifests('kind: A\nmetadata: {name: x}\n---\nkind: B\na: [\n');
  expect(described.map(({ kind, name }) => [kind, name])).toEqual([
    ['A', 'x'],
    ['B', null],
  ]);
  expect(described[1]?.problem).toMatch(/Flow sequence|expected/);
});

test('aliases in a manifest are not followed', () => {
  const bomb = Array.from(
    { length: 60 },
    (_, at) => `a${at}: &a${at} [${`*a${at - 1},`.repeat(at && 9)}x]`,
  );
  const [manifest] = describeManifests(`kind: A\n${bomb.join('\n')}\n`);
  expect(manifest).toMatchObject({ kind: 'A', problem: null });
});

test('CSV is a table only if it is regular', () => {
  expect(parseCsv('a,b\n"x, y",2\n')).toEqual([
    ['a', 'b'],
    ['x, y', '2'],
  ]);
  expect(parseCsv('a,b\n1\n')).toBeNull();
  expect(parseCsv('a,b\n"1,2\n')).toBeNull();
});

test('of HTML nothing remains that loads, runs, leads anywhere or hides', () => {
  const hostile = `<html><head><title>t</title><meta http-equiv="refresh" content="0;url=https://evil.example/">
<link rel="dns-prefetch" href="//evil.example"><base href="https://evil.example/"><style>p{display:none}</style></head>
<body onload="alert(1)" background="https://evil.example/b.png"><script>alert(2)</script>
<p style="background:url(https://evil.example/c.png);display:none" hidden>shown</p><img src="https://evil.example/p.png" srcset="https://evil.example/q.png 2x" onerror="alert(3)" alt="logo">
<a href="javascript:alert(4)" ping="https://evil.example/ping">click</a><form action="https://evil.example"><input name="password"><button>go</button></form>
<iframe src="https://evil.example"></iframe><svg><script>alert(5)</script></svg><object data="https://evil.example/o"></object>
<video src="https://evil.example/v" poster="https://evil.example/w"></video><details><summary>more</summary>inside</details><!-- note --></body></html>`;
  const html = safeHtml(hostile) ?? '';
  // biome-ignore format: one expression
  expect(html).not.toMatch(/<(?:script|style|link|meta|base|img|a|form|input|button|iframe|svg|object|video|details)\b/i);
  expect(html).not.toMatch(
    /<[^>]*(?:on\w+|style|src|srcset|href|ping|background|action|hidden)=?[^>]*>/i,
  );
  expect(html).toContain('shown');
  expect(html).toContain('inside');
  expect(html).toContain('[Image, not loaded: logo, https://evil.example/p.png]');
  expect(html).toContain('click</u> [javascript:alert(4)]');
  expect(safeHtml('<p>x</p>'.repeat(60_000))).toBeNull();
});

test('what recipients may see and this page does not show is named', () => {
  const html = safeHtml(`<font color="#ffffff" size="1">white</font><td bgcolor="black">cell</td>
    <noscript>no script</noscript><svg><text>drawn</text></svg><ruby>a<rp>unseen</rp></ruby>
    <p>one<!--[if mso]>for Outlook<![endif]--><!-- plain --></p>`);
  expect(html).not.toMatch(/color|size|<rp|drawn|for Outlook|plain/i);
  for (const text of ['white', 'cell', 'unseen', '[Left out: noscript]', '[Left out: svg]']) {
    expect(html).toContain(text);
  }
  expect(html).toContain('one[Left out: text for certain mail programs]');
});

test.each([
  ['<input type="submit" value="Confirm 1000">', '[Left out: input]'],
  ['<embed src="https://evil.example/x.pdf">', '[Left out: embed]'],
  ['<video poster="p.png"></video>', '[Left out: video]'],
  ['<meter value="3">3</meter>', '[Left out: meter]'],
  ['<select><optgroup label="Now"></optgroup></select>', '[Left out: optgroup]'],
  [
    '<ol start="50000"><li value="7">EUR</li></ol>',
    '<ol start="50000"><li value="7">EUR</li></ol>',
  ],
  ['<p>Pay <bdo dir="rtl">00051</bdo></p>', '<p>Pay <bdo dir="rtl">00051</bdo></p>'],
])('%s is named, or reads as it does for its recipients', (html, shown) => {
  expect(safeHtml(html)).toBe(shown);
});

const formOf = (key: string, text: string, currency?: string) =>
  readableForm(readJsonTree(text), { key }, currency);

test.each([
  ['amount', '129900', undefined, '1,299.00 if cents'],
  ['amount', '129900', 'JPY', '129,900 JPY'],
  ['unit_price', '-25000', 'EUR', '-250.00 EUR if cents'],
  ['amount_cents', '5', undefined, undefined],
  ['amountCents', '500', undefined, '5.00'],
  ['total', '1234567.50', 'USD', '1,234,567.50 USD'],
  ['amount', '123456789012345678', undefined, '1,234,567,890,123,456.78 if cents'],
  ['amount', '1e5', undefined, undefined],
  ['count', '129900', undefined, undefined],
  ['due_date', '"2026-12-28"', undefined, 'Mon, 28 Dec 2026'],
  ['due_date', '"2026-13-28"', undefined, undefined],
  ['version', '"2012-10-17"', undefined, undefined],
  ['size_bytes', '482912', undefined, '483 KB'],
  ['order', '1795000000', undefined, undefined],
] as const)('%s %s is also %s', (key, text, currency, form) => {
  expect(formOf(key, text, currency)).toBe(form);
});

test('a time is shown with its day and zone, if it has one', () => {
  expect(formOf('x', '"2026-12-03T14:00:00+01:00"')).toMatch(/3 Dec 2026/);
  expect(formOf('x', '"2026-12-03T14:00:00"')).toBeUndefined();
  expect(formOf('created_at', '1795000000')).toMatch(/18 Nov 2026.* if seconds since 1970/);
  expect(formOf('created_at', '1795000000000')).toMatch(/18 Nov 2026.* if milliseconds since 1970/);
});
