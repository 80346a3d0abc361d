import { type JsonBranch, readJsonTree } from '@holdpoint/client/json';
import fc from 'fast-check';
import type { Root } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { expect, test } from 'vitest';
import { readableForm, sharedCondition } from '../../../src/page/payload/views/shortValues.ts';
import { describeManifests, manifestTexts } from '../../../src/page/worker/describeManifests.ts';
import { destructiveIn } from '../../../src/page/worker/destructive.ts';
import { highlight } from '../../../src/page/worker/highlight.ts';
import { parserOf } from '../../../src/page/worker/languages.ts';
import { parseCsv } from '../../../src/page/worker/parseCsv.ts';
import { parseMarkdown } from '../../../src/page/worker/parseMarkdown.ts';
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

test('HTML says how much of what only programs read is taken out', () => {
  const html = safeHtml(
    '<title>Pay</title><p>Hi</p><script>steal()</script><!-- wire 5000 --><!-- now --><script></script>',
  );
  expect(html).not.toMatch(/steal|wire/);
  expect(html).toContain('[Left out, see the source: title ×1, script ×2, comment ×2]');
});

test('a long address in HTML says where it leads', () => {
  const address = `https://bank.example&${'a'.repeat(600)}@evil.example/`;
  const html = safeHtml(`<a href="${address}">Sign in</a><img src="${address}" alt="${address}">`);
  expect(html?.match(/more characters, see the source, leads to evil\.example/g)).toHaveLength(3);
});

test('lookalikes in HTML are marked, also those that its source does not show', () => {
  const html = safeHtml(
    '<p>Pay to p&#1072;ypal.com <a href="https://p&#1072;ypal.com/">here</a> 1&#8238;000&nbsp;EUR&zwnj;</p>',
  );
  expect(html?.match(/<mark>/g)).toHaveLength(3);
  expect(html).toMatch(/<mark>p?\u0430/);
  expect(html).toContain('<mark>\\u202e');
  expect(safeHtml('<p>Grüße aus Москва, 你好</p>')).toBe('<p>Grüße aus Москва, 你好</p>');
  expect(safeHtml(`<p>${'p&#1072;y '.repeat(600)}</p>`)).toBeNull();
});

test('of Markdown nothing is left out', () => {
  const shown = (markdown: string) => toHtml(parseMarkdown(markdown) as Root);
  expect(shown('a\n\n[//]: # (run x)\n')).toContain('<p>[//]: # "run x"</p>');
  const link = shown('[a][say this]\n\n[say this]: https://x.example "and this"');
  expect(link).toContain('<a href="https://x.example" title="and this">a</a>');
  expect(link).toContain('<p>[say this]: https://x.example "and this"</p>');
  expect(shown('[a](https://x.example "run x")')).toContain('</a> "run x"');
  expect(shown('![a](https://x.example "run x")')).toContain(' "run x"</p>');
  expect(shown('text\n\n[^n]: run x [^n]\n')).toContain('<p>[^n]:</p>\n<p>run x [^n]</p>');
  expect(shown('```sh run x\nls\n```')).toContain('<p>sh run x</p>');
  expect(shown('```sh\nls\n```')).not.toContain('<p>');
  expect(shown('|a|\n|-|\n|b|run x|\n')).toContain('<td>run x</td>');
  expect(shown('> - [c]: # (run x)\n')).toContain('"run x"');
});

test('a manifest says that it has more images than are listed', () => {
  const containers = Array.from({ length: 14 }, (_, at) => `  - image: i${at}`).join('\n');
  const [manifest] = describeManifests(`kind: Pod\nspec:\n  containers:\n${containers}\n`);
  expect(manifest?.facts).toHaveLength(13);
  expect(manifest?.facts.at(-1)).toEqual(['and', '2 more, in the text']);
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
  ['due_date', '"2026-02-30"', undefined, undefined],
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

test.each([
  ['FREQ=DAILY', 'every day, without an end'],
  ['RRULE:FREQ=WEEKLY;COUNT=4', 'every week, 4 times'],
  [
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;COUNT=10',
    'every 2 weeks on Monday, Wednesday and Friday, 10 times',
  ],
  [
    'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231T225959Z',
    'every month on the last Friday, until Fri, 31 Dec 2027',
  ],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15', 'every month on day 1 and day 15, without an end'],
  ['FREQ=YEARLY;COUNT=1', 'every year, once'],
  ['FREQ=WEEKLY;WKST=SU;BYDAY=TU', 'every week on Tuesday, without an end'],
  // Whatever would not be said completely is not said at all.
  ['FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU', undefined],
  ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2', undefined],
  ['FREQ=MONTHLY;BYDAY=MO', undefined],
  ['FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', undefined],
  ['FREQ=DAILY;COUNT=2;UNTIL=20270101', undefined],
  ['FREQ=DAILY;COUNT=2;COUNT=20', undefined],
  ['FREQ=DAILY;UNTIL=20271399', undefined],
  ['FREQ=HOURLY', undefined],
  ['FREQ=DAILY;INTERVAL=0', undefined],
])('the rule %s is also %s', (rule, words) => {
  expect(formOf('recurrence', JSON.stringify(rule))).toBe(words);
});

test('amounts that all depend on the same condition share it', () => {
  const conditionIn = (value: object, currency?: string) => {
    const parent = readJsonTree(JSON.stringify(value)) as JsonBranch;
    return sharedCondition({ members: parent.members, parent }, currency);
  };
  expect(conditionIn({ tax: 1900, total: 129900 })).toBe('if cents');
  expect(conditionIn({ fees: { tax: 1900, total: 129900 } })).toBe('if cents');
  expect(conditionIn({ total: 129900, count: 3 })).toBeUndefined();
  expect(conditionIn({ tax: 1900, bhd: { currency: 'BHD', total: 1900 } })).toBeUndefined();
  expect(conditionIn({ tax: 1900, total: 129900 }, 'JPY')).toBeUndefined();
});

test.each([
  ['rm -rf "$DIR"', ['rm -rf']],
  ['sudo rm -r --force /srv', ['rm -r --force']],
  ['find . -name x -print0 | xargs -0 -r rm -v | tee log', ['rm -v']],
  ['find . -mtime +30 -delete', ['-delete']],
  ['find . -name x -exec rm {} +', ['rm']],
  ['A=1 sudo -n sh -c "rm x"', ['rm']],
  ['xargs -n 1 rm', ['rm']],
  ['bash -c "cd / && rm -rf ."', ['rm -rf']],
  ['git push origin main --force', ['git push', '--force']],
  ['git push origin main', []],
  ['git reset --hard HEAD~1', ['git reset']],
  ['kubectl delete ns shop; kubectl get pods', ['kubectl delete']],
  ['aws s3 rm s3://bucket --recursive', ['aws s3 rm']],
  ['aws ec2 terminate-instances --instance-ids i-1', ['aws ec2 terminate-instances']],
  ['docker volume prune', ['docker volume prune']],
  ['terraform destroy -auto-approve', ['terraform destroy']],
  ['dd if=/dev/zero of=/dev/sda', ['of=/dev/sda']],
  [`psql -c 'drop table orders'`, ['drop table']],
  ['echo rm my-file # rm -rf /', []],
  ['echo done#; rm -rf /', ['rm -rf']],
  ["echo 'a\\' 'b # '; rm -rf / #'", ['rm -rf']],
  ['echo a\\\n#; rm -rf /', ['rm -rf']],
  ['npm run format && ./rm.sh', []],
])('in the shell, %s destroys %j', async (code, marked) => {
  expect(await markedIn(code, 'shell')).toEqual(marked);
});

test.each([
  ['DROP TABLE orders CASCADE;', ['DROP TABLE']],
  ['alter table t drop column a, drop not null', ['drop column']],
  ['TRUNCATE orders', ['TRUNCATE']],
  ['SELECT truncate(x, 2) FROM t', []],
  ['DELETE FROM orders;\nDELETE FROM t WHERE id = 1;', ['DELETE FROM']],
  ["DELETE FROM orders -- where\n; UPDATE t SET a = ' where '", ['DELETE FROM', 'UPDATE']],
  ['UPDATE orders o SET a = 1 FROM c WHERE c.id = o.id', []],
  ['INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1', []],
  ['SELECT 1 FROM t FOR UPDATE', []],
  ['-- DROP TABLE orders', []],
  ['SELECT 1 /*! ; DROP TABLE orders */', ['DROP TABLE']],
  ['/* /* */ DROP TABLE orders; -- */', ['DROP TABLE']],
  ['SELECT 5 --1; DROP TABLE orders', ['DROP TABLE']],
  ["SELECT E'it\\'s'; DROP TABLE orders; --'", ['DROP TABLE']],
  ["DELETE FROM orders -- where\n; SELECT '\\''", ['DELETE FROM']],
])('in SQL, %s destroys %j', async (code, marked) => {
  expect(await markedIn(code, 'sql')).toEqual(marked);
});

async function markedIn(code: string, language: 'shell' | 'sql'): Promise<string[]> {
  const pieces = highlight(await parserOf(language), code, language).flat();
  const texts: string[] = [];
  let last: string | undefined;
  for (const { text, destroys } of pieces) {
    if (destroys !== undefined && destroys === last) texts.push((texts.pop() ?? '') + text);
    else if (destroys !== undefined) texts.push(text);
    last = destroys;
  }
  return texts;
}

test('what may run is not painted as a comment', async () => {
  const commentsIn = async (code: string, language: 'shell' | 'sql') =>
    highlight(await parserOf(language), code, language)
      .flat()
      .flatMap(({ text, className }) => (/comment/.test(className) ? [text] : []));
  expect(await commentsIn('echo done#; rm -rf /\nls # list', 'shell')).toEqual(['# list']);
  expect(await commentsIn('SELECT 1 /*! ; DROP TABLE t */', 'sql')).toEqual([]);
  expect(await commentsIn('SELECT 1 /* one */ -- two', 'sql')).toEqual(['/* one */', '-- two']);
});

test('marks change no character of a script, and are found in little time', async () => {
  const word = fc.constantFrom(
    ...[
      'rm',
      '-rf',
      'DROP',
      'TABLE',
      'git',
      'push',
      '--force',
      ';',
      '\n',
      '# rm',
      'where',
      "'",
      '"',
    ],
    ...['delete', 'from', 'update', 'set', 'x', '|', 'xargs', '$('],
  );
  for (const language of ['shell', 'sql'] as const) {
    const parser = await parserOf(language);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const code = words.join(' ');
        const shown = highlight(parser, code, language).map((line) =>
          line.map(({ text }) => text).join(''),
        );
        expect(shown.join('\n')).toBe(code);
      }),
    );
    for (const { end } of destructiveIn('rm -rf drop table '.repeat(10_000), language)) {
      expect(end).toBeLessThanOrEqual(180_000);
    }
  }
});
