import type { Scene } from './harness/scene.ts';

/** A scene, and what is seen when it is there. */
export type HeavyScene = readonly [name: string, scene: Scene, shown: RegExp];

/** Payloads near the limit of a megabyte that once kept the page busy for many seconds. */
const odd = (characters: number): string => '\u200b\u200c'.repeat(characters / 2);
const code = (text: string): Scene => ({
  show: 'payload',
  text: JSON.stringify({
    approval_type: 'python_executor',
    code: text,
    execution_mode: 'readonly',
    safety_concerns: [],
  }),
});
const memory = (before: string, after: string): Scene => ({
  show: 'payload',
  text: JSON.stringify({
    approval_type: 'memory_update',
    operation_type: 'update',
    content: after,
    existing_memory: before,
  }),
});
const deep = (last: number): string =>
  `${'['.repeat(200)}${'1,'.repeat(200_000)}${last}${']'.repeat(200)}`;

const scenes: HeavyScene[] = [
  ['a line of invisible characters in code', code(odd(400_000)), /show the next 4,000 characters/],
  ['many lines of invisible characters in code', code(`${odd(900)}\n`.repeat(400)), /show more/],
  ['code that is hard to parse', code('**'.repeat(99_000)), /Code, 1 line/],
  [
    'a key of combining marks',
    { show: 'payload', text: JSON.stringify({ [`a${'\u0315\u0316'.repeat(200_000)}`]: 1, b: 2 }) },
    /show the whole key|show the next/,
  ],
  [
    'many strings of invisible characters',
    { show: 'payload', text: JSON.stringify(Array.from({ length: 100 }, () => odd(2_000))) },
    /folded, of 2,000 characters/,
  ],
  [
    'many strings of visible and invisible characters',
    {
      show: 'payload',
      text: JSON.stringify(Array.from({ length: 100 }, () => 'a\u200b'.repeat(1_000))),
    },
    /folded, of 2,000 characters/,
  ],
  [
    'a megabyte of Russian',
    {
      show: 'payload',
      text: JSON.stringify({ a: 'Это обычный русский текст о погоде.\n'.repeat(15_000) }),
    },
    /folded, of/,
  ],
  [
    'a megabyte of Hebrew in one line',
    {
      show: 'payload',
      text: JSON.stringify({ a: 'זה טקסט רגיל בעברית, 12 דברים. '.repeat(18_000) }),
    },
    /folded, of/,
  ],
  [
    'texts that are hard to compare',
    memory('a\nb\n'.repeat(99_000), 'b\na\n'.repeat(99_000)),
    /New/,
  ],
  [
    'a comparison of many lines of lookalikes',
    memory(
      'аосе срх\n'.repeat(50_000),
      Array.from({ length: 50_000 }, () => 'срх аосе').join('\n'),
    ),
    /49,800 lines folded/,
  ],
  [
    'instructions with many lookalikes',
    { show: 'instructions', text: '*аосе* '.repeat(2_800) },
    /View source/,
  ],
  ['a change deep inside', { show: 'diff', before: deep(1), after: deep(2) }, /^1 change/],
  [
    'a changed value under a key of invisible characters',
    {
      show: 'diff',
      before: JSON.stringify({ [odd(100_000)]: 1 }),
      after: JSON.stringify({ [odd(100_000)]: 2 }),
    },
    /^1 change/,
  ],
];

const payload = (value: unknown): Scene => ({ show: 'payload', text: JSON.stringify(value) });

/** A diff of many files, of one file with many lines, or of lines that are hard to compare. */
const diffOf = (files: number, lines: number, line = 'some text'): string =>
  Array.from({ length: files }, (_, file) => {
    const change = Array.from(
      { length: lines },
      (_, at) => `-${line} ${at}\n+other ${line} ${at}\n`,
    );
    return `--- a/f${file}.ts\n+++ b/f${file}.ts\n@@ -1,${lines} +1,${lines} @@\n${change.join('')}`;
  }).join('');
const manifest = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bomb\ndata:\n${data}`;
const aliasBomb = manifest(
  Array.from(
    { length: 30 },
    (_, at) => `  a${at}: &a${at} [${`*a${at - 1},`.repeat(at && 9)}x]`,
  ).join('\n'),
);
const mail = (html: string): Scene =>
  payload({ to: 'ann@example.com', subject: 'Hello', html, body: 'see the HTML' });

/** Payloads of about a megabyte for the views of payload/views. */
const viewScenes: HeavyScene[] = [
  ['a diff of one long file', payload({ diff: diffOf(1, 20_000) }), /(?:Hide|Show) f0\.ts/],
  ['a diff of 10,000 files', payload({ diff: diffOf(10_000, 1) }), /10,000 files changed/],
  [
    'a diff with one line of a megabyte',
    payload({ diff: diffOf(1, 1, 'ab '.repeat(160_000)) }),
    /(?:Hide|Show) f0\.ts/,
  ],
  [
    'a diff of lines that are hard to compare',
    payload({ diff: diffOf(40, 20, 'ab ba '.repeat(90)) }),
    /40 files changed/,
  ],
  [
    'a diff of invisible characters',
    payload({ diff: diffOf(1, 100, odd(4_000)) }),
    /(?:Hide|Show) f0\.ts/,
  ],
  [
    'a table of 100,000 cells',
    payload(
      Array.from({ length: 10_000 }, (_, row) =>
        Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`c${at}`, row])),
      ),
    ),
    /10,000 rows/,
  ],
  [
    'a table of invisible characters',
    payload(Array.from({ length: 400 }, () => ({ a: odd(180), b: odd(160) }))),
    /400 rows/,
  ],
  ['deep YAML', payload({ manifest: manifest(`  a: ${'['.repeat(400_000)}`) }), /Exact value/],
  ['YAML aliases that multiply', payload({ manifest: aliasBomb }), /bomb/],
  [
    'YAML of 50,000 documents',
    payload({ manifest: `${manifest('  a: b\n')}---\n`.repeat(12_000) }),
    /objects|Exact value/,
  ],
  ['HTML of a megabyte', mail('<p>some text</p>'.repeat(60_000)), /too large or complex/],
  ['deep HTML', mail('<div>'.repeat(190_000)), /too large or complex|HTML source/],
  [
    'HTML tables inside tables',
    mail('<table><tr><td>'.repeat(60_000)),
    /too large or complex|HTML source/,
  ],
  [
    'a message with a large attachment',
    payload({
      raw: `From: a@example.com\nSubject: b\nContent-Type: image/png\n\n${'A'.repeat(900_000)}`,
    }),
    /From/,
  ],
  [
    'a message of many parts',
    payload({
      raw: `From: a@example.com\nSubject: b\nContent-Type: multipart/mixed; boundary=c\n\n${'--c\nContent-Type: image/x\n\nd\n'.repeat(25_000)}`,
    }),
    /From/,
  ],
  ['CSV of 200,000 cells', payload({ csv: 'a,b,c,d\n'.repeat(120_000) }), /rows|a,b,c,d/],
  [
    'CSV with 100,000 columns',
    payload({ csv: `${'a,'.repeat(100_000)}a\n`.repeat(4) }),
    /3 rows|Exact value/,
  ],
  ['Markdown of a megabyte', payload({ body: '# a\n- **b** `c`\n'.repeat(55_000) }), /Markdown/],
  ['JSON in a text', payload({ arguments: deep(1) }), /JSON in a text/],
  [
    'SQL that is hard to recognize',
    payload({ sql: `${'--\n'.repeat(100_000)}${'/**/'.repeat(100_000)}` }),
    /Exact value|sql/,
  ],
  [
    'a shell script of a megabyte',
    payload({ command: 'echo "$(ls)" | sort\n'.repeat(45_000) }),
    /Shell/,
  ],
  [
    'one line of shell of a megabyte',
    payload({ command: 'echo "$(ls)" | '.repeat(60_000) }),
    /Shell/,
  ],
  [
    'an image that is none',
    payload({ file: `data:image/png;base64,${'A'.repeat(900_000)}` }),
    /cannot be shown/,
  ],
  [
    'a change of hard texts',
    payload({ old_string: 'a\nb\n'.repeat(99_000), new_string: 'b\na\n'.repeat(99_000) }),
    /Change/,
  ],
  [
    'many small parts',
    payload(
      Object.fromEntries(
        Array.from({ length: 90 }, (_, at) => [
          `p${at}`,
          { diff: diffOf(2, 3), command: 'ls -l | wc' },
        ]),
      ),
    ),
    /p0/,
  ],
];

export const heavyScenes: readonly HeavyScene[] = [...scenes, ...viewScenes];
