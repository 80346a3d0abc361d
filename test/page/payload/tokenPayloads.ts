/**
 * Payloads in which every key and every value has a token that is nowhere else, so that a single
 * lost one is noticed. Together they reach every branch of the readable view.
 */
let last = 0;
const token = (): string => `v${++last}q`;
const times = <T>(length: number, make: (at: number) => T): T[] =>
  Array.from({ length }, (_, at) => make(at));
/** An object with keys of its own. */
const object = (size: number, value: (at: number) => unknown = token): Record<string, unknown> =>
  Object.fromEntries(times(size, (at) => [`k${++last}q`, value(at)]));
/** Too long for a row, too different for a table and too many for a part: shown as a tree. */
const mixedList = (): unknown[] => times(13, () => object(1));
const longText = (): string => `${token()} ${'word '.repeat(60)}${token()}`;
const rawMessage = (): string =>
  [
    `From: ${token()}@example.com`,
    `Subject: ${token()}`,
    ...times(50, () => `X-${token()}: ${token()}`),
    'Content-Type: multipart/mixed; boundary=b',
    ...['', '--b', '', token(), '--b', 'Content-Type: text/html', '', `<p>${token()}</p>`],
    ...times(25, () => `--b\nContent-Type: image/x; name=${token()}\n\nAAAA`),
    '--b--',
  ].join('\n');
const manyLines = (): string => times(60, token).join('\n');
/** A value of each kind, some of which a view has no place for. */
const others = (): Record<string, unknown> => ({
  ...object(3),
  ...object(2, () => object(2)),
  ...object(4, mixedList),
  ...object(2, longText),
  ...object(1, () => times(4, longText)),
});
const nested = (depth: number): Record<string, unknown> => ({
  ...object(2),
  ...object(3, mixedList),
  ...(depth > 0 && object(2, () => nested(depth - 1))),
});
const rows = (count: number, columns: readonly string[], value: (column: number) => unknown) =>
  times(count, () => Object.fromEntries(columns.map((name, at) => [name, value(at)])));
const columns = (count: number): string[] => times(count, () => `c${++last}q`);

const request = (inner: unknown): Record<string, unknown> => ({
  method: 'POST',
  url: `https://api.example.com/${token()}`,
  query: object(3),
  headers: object(9),
  body: inner,
  ...others(),
});
const mail = (): Record<string, unknown> => ({
  from: token(),
  to: [token(), token(), token()],
  cc: token(),
  subject: token(),
  text: longText(),
  html: `<p>${token()}</p><p>${token()}</p>`,
  ...others(),
});
const diffLines = (count: number): string =>
  `@@ -1,${count} +1,${count} @@\n${times(count, () => `-${token()}\n+${token()}\n`).join('')}`;
const diff = (files: number, lines: number): string =>
  times(files, (at) => `--- a/f${at}.ts\n+++ b/f${at}.ts\n${diffLines(lines)}`).join('');
const markdown = (): string =>
  `# ${token()}\n\n**${token()}** \`${token()}\` [${token()}](https://example.com)\n\n` +
  `- ${token()}\n- ${token()}\n  1. ${token()}\n\n> ${token()}\n\n| ${token()} | ${token()} |\n` +
  `|---|---|\n| ${token()} | ${token()} |\n\n\`\`\`sh\n${token()}\n\`\`\`\n\n<b>${token()}</b>\n`;

/** Of an object with keys of which one is there twice. */
const withTwice = (value: Record<string, unknown>): string => {
  const [key] = Object.keys(value);
  return JSON.stringify(value).replace(/}$/, `,${JSON.stringify(key)}:${JSON.stringify(token())}}`);
};

const values: Record<string, () => unknown> = {
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8].map((count) => [
      `${count} members as a tree`,
      () => object(count, mixedList),
    ]),
  ),
  'short values': () => object(8),
  'many short values': () => object(60),
  'objects and lists in a row': () => object(6, (at) => (at % 2 ? object(5) : times(20, token))),
  'objects in objects in a row': () => object(3, () => object(2, () => object(2))),
  'more keys than are laid out': () => object(240),
  'long texts': () => object(5, longText),
  'more long texts than are laid out': () => object(30, longText),
  'texts of many lines': () => object(3, manyLines),
  'a long list': () => object(2, () => times(450, token)),
  'a list of lists': () => times(5, () => times(30, token)),
  'a list of long texts': () => times(30, longText),
  'everything in one object': others,
  'parts within parts': () => nested(3),
  'deep objects': () =>
    times(7, () => 0).reduce(
      (inner: unknown) => ({ ...object(3), ...object(1, () => inner) }),
      mixedList(),
    ),
  'more parts than are laid out': () => object(25, () => object(3, () => object(4))),
  'a table': () => object(1, () => rows(150, columns(6), token)),
  'a table alone': () => rows(40, columns(20), token),
  'a table of objects, lists and long texts': () =>
    rows(8, columns(8), (at) => (at === 0 ? object(9) : at === 1 ? longText() : token())),
  'a table with other rows at its end': () => {
    const names = columns(3);
    return [
      ...rows(210, names, token),
      ...times(12, () => ({ ...object(2), [String(names[0])]: token() })),
    ];
  },
  'a table with missing cells': () =>
    rows(30, columns(4), token).map((row, at) =>
      Object.fromEntries(Object.entries(row).filter((_, column) => column !== at % 5)),
    ),
  'an e-mail': mail,
  'a raw message': () => ({ ...object(1), raw: rawMessage() }),
  'e-mails in an object': () => object(24, mail),
  'a request': () => request(object(4)),
  'requests in requests': () => request(request(request(mail()))),
  'JSON in a text': () => ({ ...others(), ...object(2, () => JSON.stringify(nested(2))) }),
  'JSON in JSON in a text': () =>
    object(1, () => JSON.stringify(object(3, () => JSON.stringify(mail())))),
  'long JSON in a text': () => object(1, () => JSON.stringify(object(2_500))),
  CSV: () => ({
    csv: times(130, () => times(5, token).join()).join('\n'),
    ...others(),
  }),
  'wide CSV': () => ({ csv: times(3, () => times(70, token).join()).join('\n') }),
  'a change': () => ({ old_string: manyLines(), new_string: manyLines(), ...others() }),
  'a diff': () => ({ diff: `${token()}\n\n${diff(3, 200)}`, ...others() }),
  'a diff of many files': () => ({ diff: diff(130, 3) }),
  Markdown: () => ({ body: markdown(), ...others() }),
  code: () => ({ command: times(900, () => `echo ${token()} | wc`).join('\n'), ...others() }),
  'a plan': () => ({
    approval_type: 'orchestrator_plan',
    execution_plan: {
      steps: times(130, () => ({
        task_objective: token(),
        capability: token(),
        ...object(3),
      })),
      ...others(),
    },
    plan_file_path: token(),
    ...others(),
  }),
  'code to approve': () => ({
    approval_type: 'python_executor',
    step_objective: token(),
    code: `print('${token()}')\n`.repeat(3) + token(),
    execution_mode: 'write',
    safety_concerns: times(70, token),
    ...others(),
  }),
  'a memory': () => ({
    approval_type: 'memory_update',
    operation_type: 'update',
    content: manyLines(),
    existing_memory: manyLines(),
    user_id: token(),
    ...others(),
  }),
};

/** What is seen when the worker has read a text. Until then all of it is shown as it is. */
const whenRead: Record<string, string> = {
  'a raw message': '.file-card',
  CSV: '.value-table',
  'a change': '.line-diff',
  'a memory': '.line-diff',
  'a diff': '.unified-diff',
  'a diff of many files': '.unified-diff',
  Markdown: '.instructions h4',
};

export const tokenPayloads: readonly (readonly [name: string, json: string, whenRead: string])[] = [
  ...Object.entries(values).map(
    ([name, make]) => [name, JSON.stringify(make()), whenRead[name] ?? ''] as const,
  ),
  ['a short key twice', withTwice(object(4)), ''],
  ['a key twice beside a tree', withTwice(others()), ''],
  ['a key twice in a row', `{"k${++last}q":${withTwice(object(4))}}`, ''],
  ['a key twice in an e-mail', withTwice(mail()), ''],
  ['a key twice in a request', withTwice(request(object(3))), ''],
  ['a key twice in a row of a table', `[${[object(3), object(3)].map(withTwice).join()}]`, ''],
];

/** The tokens of a payload. */
export const tokensIn = (json: string): string[] => [...new Set(json.match(/[vkc]\d+q/g))];
