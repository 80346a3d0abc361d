import { spawnSync } from 'node:child_process';
import { isSameJson, JsonText } from '@holdpoint/client/json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerProblems, schemaProblems } from '../../src/reviews/answerSchema.ts';

const tooManySteps = [{ path: '', message: 'too complex: checking it takes too many steps' }];
const range = (length: number) => Array.from({ length }, (_, index) => index);

const refused = (schema: unknown) => schemaProblems(JsonText.of(schema));

/** Checks an answer to a question whose schema has no problems. */
async function problemsOf(schema: unknown, answer: unknown) {
  const text = JsonText.of(schema);
  expect(await schemaProblems(text)).toEqual([]);
  return answerProblems(text.text, JsonText.of(answer));
}

/** An object within an object, and so on. */
const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });

it('81. an answer is checked against the schema of its question, with paths', async () => {
  const schema = {
    type: 'object',
    properties: {
      address: {
        type: 'object',
        properties: { city: { type: 'string', minLength: 2 }, zip: { pattern: '^[0-9]{5}$' } },
        required: ['city'],
        additionalProperties: false,
      },
      dates: { type: 'array', items: { type: 'string', format: 'date' }, minItems: 1 },
    },
    required: ['address', 'dates'],
  };
  const right = { address: { city: 'Ulm', zip: '89073' }, dates: ['2026-02-28'] };
  expect(await problemsOf(schema, right)).toEqual([]);
  expect(
    await problemsOf(schema, { address: { zip: '8907', town: 'Ulm' }, dates: ['2026-02-29'] }),
  ).toEqual([
    { path: 'address.zip', message: 'must match the pattern ^[0-9]{5}$, not "8907"' },
    { path: 'address.city', message: 'is required' },
    { path: 'address.town', message: 'is not allowed here' },
    { path: 'dates.0', message: 'must be a date such as 2026-01-31, not "2026-02-29"' },
  ]);
});

describe('messages', () => {
  it.each([
    [{ type: 'string' }, 5, 'must be a string, not 5'],
    [{ type: ['integer', 'null'] }, 1.5, 'must be an integer or null, not 1.5'],
    [{ type: 'boolean' }, {}, 'must be true or false, not an object'],
    [{ enum: ['a', 1] }, [1, 2], 'must be one of "a", 1, not a list of 2 items'],
    [{ enum: range(100) }, 'x', /^must be one of 0, 1, .* 11 and 88 more, not "x"$/],
    [{ const: { a: 1 } }, null, 'must be {"a":1}, not null'],
    [{ minimum: 3 }, 2, 'must be at least 3, not 2'],
    [{ exclusiveMaximum: 3 }, 3, 'must be less than 3, not 3'],
    [{ multipleOf: 0.01 }, 19.999, 'must be a multiple of 0.01, not 19.999'],
    [{ minLength: 2 }, '🐈', 'must have at least 2 characters, not 1 character'],
    [{ maxItems: 1 }, [1, 2], 'must have at most 1 item, not 2 items'],
    [{ minProperties: 1 }, {}, 'must have at least 1 property, not 0 properties'],
    [{ uniqueItems: true }, [1, 1], 'must not have the same item twice'],
    [{ contains: { const: 1 } }, [2], 'must have at least 1 item that the schema asks for'],
    [{ not: { const: 1 } }, 1, 'must be something that the schema does not exclude, not 1'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 5, 'must be a string or null, not 5'],
    [{ oneOf: [{ const: 'a' }, { const: 'b' }] }, 'c', 'must be "a" or "b", not "c"'],
    [{ oneOf: [{ minimum: 1 }, true] }, 2, 'must fit only one of the 2 alternatives, but fits 2'],
    [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, /^must have at most 1 character/],
    [{ maxLength: 90, pattern: '^a' }, 'b'.repeat(90), /^must match the pattern \^a, not "b{79}…$/],
    [false, 1, 'is not allowed here'],
  ])('of %j for %j', async (schema, answer, message) => {
    const problems = await problemsOf(schema, answer);
    expect(problems).toEqual([
      {
        path: Object.keys(Object(schema)).includes('propertyNames') ? 'ab' : '',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      },
    ]);
  });

  it('of alternatives explain the one that a choice in the answer selects', async () => {
    const kind = (name: string, amount: string) => ({
      properties: { kind: { const: name }, [amount]: { type: 'number' } },
      required: ['kind', amount],
    });
    const schema = { oneOf: [kind('card', 'limit'), kind('cash', 'sum')] };
    expect(await problemsOf(schema, { kind: 'cash', sum: '5' })).toEqual([
      { path: 'sum', message: 'must be a number, not "5"' },
    ]);
    expect(await problemsOf(schema, { kind: 'gold' })).toContainEqual({
      path: '',
      message: 'must fit one of the 2 alternatives',
    });
  });

  it('are at most 20', async () => {
    const answer = Object.fromEntries(range(1_000).map((key) => [`k${key}`, key]));
    expect(await problemsOf({ additionalProperties: false }, answer)).toHaveLength(20);
  });
});

describe('JSON Schema 2020-12', () => {
  const tree = {
    $id: 'https://example.com/tree',
    $dynamicAnchor: 'node',
    $defs: { 'a/b~%"': { $anchor: 'leaf', type: 'integer' }, never: false, old: { minimum: 2 } },
    properties: {
      leaf: { $ref: '#/$defs/a~1b~0%25%22' },
      anchor: { $ref: '#leaf' },
      own: { $ref: 'https://example.com/tree#leaf', minimum: 1 },
      whole: { $ref: 'https://example.com/tree' },
      nodes: { items: { $dynamicRef: '#node' } },
      never: { $ref: '#/$defs/never' },
      both: { $ref: '#leaf', $dynamicRef: '#/$defs/old', allOf: [{ maximum: 3 }] },
    },
    unevaluatedProperties: false,
  };

  it.each([
    [tree, { leaf: 1, nodes: [{ nodes: [{ leaf: 2 }] }], own: 1, whole: {} }, []],
    [tree, { nodes: [{}, { nodes: [{ leaf: 'x' }] }] }, ['nodes.1.nodes.0.leaf']],
    [tree, { whole: { anchor: null } }, ['whole.anchor']],
    [tree, { own: 0, never: 1 }, ['own', 'never']],
    [tree, { both: 1 }, ['both']],
    [tree, { both: 2 }, []],
    [tree, { both: 4 }, ['both']],
    [tree, { nodes: [{ other: 1 }] }, ['nodes.0.other']],
    [{ prefixItems: [{ type: 'string' }], items: { type: 'null' } }, ['a', null, 1], ['2']],
    [{ prefixItems: [true], unevaluatedItems: false }, [1, 2], ['1']],
    [{ contains: { const: 1 }, minContains: 2, maxContains: 3 }, [1, 1, 2], []],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    [{ if: { required: ['a'] }, then: { required: ['b'] } }, { a: 1 }, ['b']],
    [{ if: { const: 1 }, else: { type: 'string' } }, 2, ['']],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, ['b']],
    [{ dependentSchemas: { a: { maxProperties: 1 } } }, { a: 1, b: 1 }, ['']],
    [
      { patternProperties: { '^x': { type: 'null' } }, additionalProperties: false },
      { x1: null },
      [],
    ],
    [
      { patternProperties: { '^x': true }, properties: { y: true }, unevaluatedProperties: false },
      { x: 1, y: 1, z: 1 },
      ['z'],
    ],
    [{ allOf: [{ properties: { a: true } }], unevaluatedProperties: false }, { a: 1, b: 1 }, ['b']],
    [
      { const: { $ref: '#/x', $id: 'y', $anchor: 'z' } },
      { $anchor: 'z', $id: 'y', $ref: '#/x' },
      [],
    ],
    [{ const: { $ref: '#/x', $anchor: 'z' } }, { $ref: '#/x' }, ['']],
    [{ enum: [{ a: [1.0, { b: null, c: 0 }] }] }, { a: [1, { c: -0, b: null }] }, []],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema', 'x-own': { $ref: 5 } }, 1, []],
    [{ default: { $id: 'a', $ref: 'b' }, unknown: { $id: ':', $schema: 'c' } }, 1, []],
    [{ contentSchema: { type: 'null' }, items: { $ref: '#/contentSchema' } }, [1], ['0']],
    [{ definitions: { a: { type: 'null' } }, $ref: '#/definitions/a' }, 1, ['']],
    [{ minLength: 2.0, maxLength: 2 }, '🐈🐈', []],
    [{ format: 'unknown' }, 'anything', []],
  ])('%j with %j fails at %j', async (schema, answer, paths) => {
    expect((await problemsOf(schema, answer)).map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    ['email', 'ann@example.com', 'ann@'],
    ['email', 'a@[127.0.0.1]', 'a@[tag:x]'],
    ['date-time', '2026-01-31T09:30:00Z', '2026-01-31 09:30'],
    ['time', '09:30:00+01:00', '9:30'],
    ['uri', 'https://example.com/a?b#c', 'example.com'],
    ['uuid', '2eb8aa08-aa98-11ea-b4aa-73b441d16380', '2eb8aa08'],
    ['ipv4', '127.0.0.1', '127.0.0.256'],
    ['duration', 'P3DT4H', '3 days'],
    ['regex', '^(?i)a+$', '(?=a)'],
    ['uri', 'a:b', `a:${'b'.repeat(2_000)}`],
  ])('checks the format %s', async (format, right, wrong) => {
    expect(await problemsOf({ format }, right)).toEqual([]);
    expect(await problemsOf({ format }, wrong)).toHaveLength(1);
    expect(await problemsOf({ format }, 5)).toEqual([]);
  });

  it('is all that works under the rule against generated code', () => {
    const module = new URL('../../src/reviews/answerSchema.ts', import.meta.url).href;
    const program = `
      const { answerProblems } = await import(${JSON.stringify(module)});
      const { JsonText } = await import('@holdpoint/client/json');
      const schema = '{"properties":{"a":{"pattern":"^a$"}},"unevaluatedProperties":false}';
      console.log(JSON.stringify(await answerProblems(schema, new JsonText('{"a":"b","c":1}'))));`;
    const flags = ['--conditions=holdpoint-source', '--disallow-code-generation-from-strings'];
    const { stdout } = spawnSync(
      process.execPath,
      [...flags, '--input-type=module', '--eval', program],
      { encoding: 'utf8', cwd: new URL('../..', import.meta.url) },
    );
    expect(JSON.parse(stdout).map(({ path }: { path: string }) => path)).toEqual(['a', 'c']);
  });
});

describe('a schema is refused', () => {
  it.each([
    [{ type: 'strin' }, 'type', /^must be one of "array", .*, not "strin"$/],
    [{ properties: { a: { minLength: -1 } } }, 'properties.a.minLength', /^must be at least 0/],
    [{ properties: 5 }, 'properties', /^must be an object, not 5$/],
    ['string', '', /^must be an object or true or false, not "string"$/],
    [
      { $schema: 'http://json-schema.org/draft-07/schema#' },
      '$schema',
      /2020-12.* draft-07|2020-12.*draft-07/,
    ],
    [{ pattern: '(?=a)' }, 'pattern', /RE2 syntax, not "\(\?=a\)": .*unsupported/],
    [{ pattern: 'a{1001}' }, 'pattern', /RE2 syntax/],
    [{ pattern: '(a?){30}a{990}' }, 'pattern', /repeats too much/],
    [{ pattern: 'a'.repeat(501) }, 'pattern', /more than 500 characters/],
    [{ patternProperties: { '[': true } }, 'patternProperties.[', /RE2 syntax/],
    [{ $ref: 'https://example.com/a' }, '$ref', /subschema in this schema.*https:\/\/example/],
    [{ items: { $ref: 'file:///etc/passwd' } }, 'items.$ref', /file:/],
    [{ $ref: '#/$defs/none' }, '$ref', /#\/\$defs\/none$/],
    [{ $ref: '#none' }, '$ref', /#none$/],
    [{ $ref: '#%' }, '$ref', /#%"$/],
    [{ $ref: '#%FF' }, '$ref', /#%FF$/],
    [{ $ref: '#/const', const: {} }, '$ref', /subschema/],
    [{ $dynamicRef: '#constructor' }, '$dynamicRef', /#constructor$/],
    [{ items: { $id: 'a' } }, 'items.$id', /only allowed at the top/],
    [{ items: { $anchor: 'a' }, not: { $anchor: 'a' } }, 'not.$anchor', /the anchor a too/],
    [{ $ref: '#' }, '', /refers to itself/],
    [{ $dynamicAnchor: 'a', not: { $dynamicRef: '#a' } }, '', /refers to itself/],
    [{ $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }] } } }, '$defs.a', /refers to itself/],
  ])('%j', async (schema, path, message) => {
    expect(await refused(schema)).toContainEqual({ path, message: expect.stringMatching(message) });
  });

  it('if its text is too large, too deep, has a key twice or an inexact number', async () => {
    expect(await refused({ title: 'ä'.repeat(32_800) })).toEqual([
      { path: '', message: 'must have at most 65536 bytes, not 65612' },
    ]);
    const deep = `${'{"items":'.repeat(65)}{}${'}'.repeat(65)}`;
    expect(await schemaProblems(new JsonText(deep))).toMatchObject(
      [{ message: /64 levels/ }].map(({ message }) => ({
        message: expect.stringMatching(message),
      })),
    );
    const twice = new JsonText('{"type":"string","type":"null"}');
    expect(await schemaProblems(twice)).toEqual([
      { path: 'type', message: 'the key is there twice' },
    ]);
    expect(await schemaProblems(new JsonText('{"const":9007199254740993}'))).toHaveLength(1);
  });

  it('if checking it or one value would take long', async () => {
    const doubling = range(40).map((index) => [
      `d${index}`,
      index === 0 ? {} : { allOf: range(2).map(() => ({ $ref: `#/$defs/d${index - 1}` })) },
    ]);
    const chain = range(60).map((index) => [
      `d${index}`,
      index === 0 ? {} : { $ref: `#/$defs/d${index - 1}` },
    ]);
    for (const schema of [
      { $defs: Object.fromEntries(doubling) },
      { $defs: Object.fromEntries(chain) },
      { properties: Object.fromEntries(range(1_001).map((index) => [`p${index}`, {}])) },
      {
        allOf: range(60).map((index) => ({ pattern: `(?i)${'[a-\\x{ffff}]'.repeat(37)}${index}` })),
      },
    ]) {
      expect(await refused(schema)).toMatchObject([
        { message: expect.stringMatching(/^too complex/) },
      ]);
    }
  });
});

describe('large schemas and answers within the limits', () => {
  it.each([
    ['12,000 values', { enum: range(12_000) }, 11_999],
    [
      '900 properties',
      { properties: Object.fromEntries(range(900).map((i) => [`p${i}`, {}])) },
      {},
    ],
    ['250 named choices', { oneOf: range(250).map((i) => ({ const: i, title: `${i}` })) }, 249],
    ['100 patterns', { anyOf: range(100).map((i) => ({ pattern: `^[a-z]{1,20}-${i}$` })) }, 'a-99'],
    ['100,000 unique items', { uniqueItems: true }, range(100_000)],
    ['a recursive schema', { type: 'object', properties: { a: { $ref: '#' } } }, nested(99)],
    ['a pattern that takes others long', { not: { pattern: '(a+)+$' } }, `${'a'.repeat(5_000)}b`],
  ])('%s can be checked', async (_, schema, answer) => {
    expect(await problemsOf(schema, answer)).toEqual([]);
  });
});

describe('an answer ends as too complex, and not in a long wait', () => {
  const twice = { allOf: [{ $ref: '#/$defs/n' }, { $ref: '#/$defs/n' }] };
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  const thrice = { if: { $ref: '#' }, then: { $ref: '#' }, else: { $ref: '#' } };
  it.each([
    ['allOf', { $defs: { n: { properties: { a: twice } } }, $ref: '#/$defs/n' }, nested(60)],
    ['if', { properties: { a: thrice } }, nested(60)],
    ['enum', { allOf: range(900).map(() => ({ enum: [1] })) }, range(100_000)],
    ['const', { allOf: range(900).map(() => ({ const: 1 })) }, 'x'.repeat(900_000)],
    ['uniqueItems', { allOf: range(900).map(() => ({ uniqueItems: true })) }, range(100_000)],
    ['required', { items: { required: range(6_000).map(String) } }, range(50_000).map(() => ({}))],
    [
      'dependentRequired',
      { items: { dependentRequired: { a: range(6_000).map(String) } } },
      range(50_000).map(() => ({ a: 1 })),
    ],
    ['pattern', { items: { pattern: '(x+x+)+y' } }, range(90).map(() => 'x'.repeat(9_999))],
    [
      'patternProperties',
      { patternProperties: Object.fromEntries(range(50).map((i) => [`^[a-z]+${i}$`, true])) },
      Object.fromEntries(range(20_000).map((i) => [`abcdefghijkl${i}`, 1])),
    ],
    ['anyOf', { items: { anyOf: range(300).map((i) => ({ const: `v${i}` })) } }, range(20_000)],
  ])('%s', async (_, schema, answer) => {
    expect(await problemsOf(schema, answer)).toEqual(tooManySteps);
  });
});

describe('names with a meaning in JavaScript or in JSON Schema are harmless', () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '$ref',
    '$id',
    '$schema',
  ];

  it.each(names)('%s', async (name) => {
    const key = JSON.stringify(name);
    const schema = new JsonText(
      `{"properties":{${key}:{"$ref":"#/$defs/${name}"}},"required":[${key}],
        "$defs":{${key}:{"type":"string"}},"additionalProperties":false,"format":${key}}`.replace(
        /\n\s*/g,
        '',
      ),
    );
    expect(await schemaProblems(schema)).toEqual([]);
    const check = (answer: string) => answerProblems(schema.text, new JsonText(answer));
    expect(await check(`{${key}:"a"}`)).toEqual([]);
    expect(await check(`{${key}:1}`)).toEqual([{ path: name, message: 'must be a string, not 1' }]);
    expect(await check('{}')).toEqual([{ path: name, message: 'is required' }]);
    expect(await check('{"valueOf":1}')).toContainEqual({
      path: 'valueOf',
      message: 'is not allowed here',
    });
  });

  it('as unknown keywords, too', async () => {
    const text = '{"__proto__":{"type":"null"},"constructor":1,"toString":{"a":1},"type":"string"}';
    expect(await schemaProblems(new JsonText(text))).toEqual([]);
    expect(await answerProblems(text, new JsonText('"a"'))).toEqual([]);
    expect(await answerProblems(text, new JsonText('null'))).toHaveLength(1);
  });

  it('and a schema cannot change how others are checked', async () => {
    const $id = 'https://json-schema.org/draft/2020-12/schema';
    const vocabulary = { 'https://example.com/vocabulary': true };
    expect(await problemsOf({ $id, $vocabulary: vocabulary, type: 'string' }, 5)).toHaveLength(1);
    expect(await problemsOf({ $id, maximum: 4 }, 5)).toHaveLength(1);
    expect(await refused({ type: 5 })).not.toEqual([]);
  });
});

it('an answer with a number that is not exact, or for an invalid schema, never fits', async () => {
  const inexact = new JsonText('{"a":9007199254740993}');
  expect(await answerProblems('true', inexact)).toMatchObject([{ path: 'a' }]);
  expect(await answerProblems('{"type":5}', new JsonText('1'))).toEqual([
    {
      path: '',
      message: expect.stringMatching(/^cannot be checked: the schema is invalid at type: must be/),
    },
  ]);
});

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JsonText.of(value));
const decimals = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 12 }));

describe('properties', () => {
  it('const and enum compare as the rest of Holdpoint does', async () => {
    await fc.assert(
      fc.asyncProperty(json, json, async (one, other) => {
        for (const [schema, answer] of [
          [one, other],
          [one, one],
        ] as const) {
          if ((await answerProblems('true', answer)).length > 0) continue;
          for (const text of [`{"const":${schema.text}}`, `{"enum":[[],${schema.text}]}`]) {
            if ((await schemaProblems(new JsonText(text))).length > 0) continue;
            const fits = (await answerProblems(text, answer)).length === 0;
            const isEmpty = text.startsWith('{"enum') && answer.text === '[]';
            expect(fits).toBe(isEmpty || isSameJson(schema.text, answer.text));
          }
        }
      }),
    );
  });

  it('multipleOf is exact for decimals', async () => {
    await fc.assert(
      fc.asyncProperty(decimals, decimals, async ([a, aScale], [b, bScale]) => {
        const divisor = Math.abs(b) + 1;
        const [value, by] = [Number(`${a}e-${aScale}`), Number(`${divisor}e-${bScale}`)];
        const isMultiple =
          (BigInt(a) * 10n ** BigInt(bScale)) % (BigInt(divisor) * 10n ** BigInt(aScale)) === 0n;
        const problems = await answerProblems(`{"multipleOf":${by}}`, JsonText.of(value));
        expect(problems.length === 0).toBe(isMultiple);
      }),
    );
  });

  it('any JSON as a schema and as an answer gives problems or none, and never throws', async () => {
    const keyword = fc.constantFrom(
      ...['$ref', '$dynamicRef', '$id', '$anchor', '$dynamicAnchor', '$schema', '$vocabulary'],
      ...['$defs', 'type', 'enum', 'const', 'properties', 'patternProperties', 'items', 'allOf'],
      ...[
        'anyOf',
        'oneOf',
        'not',
        'if',
        'then',
        'else',
        'required',
        'pattern',
        'format',
        'contains',
      ],
      ...['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'dependentSchemas'],
      ...['prefixItems', 'propertyNames', 'uniqueItems', 'minLength', 'multipleOf', '__proto__'],
    );
    const { schema } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        fc.constantFrom('#', '#a', '#/$defs/a', 'a', 'string', '^a', 'email', 'date', 'x:y'),
        fc.constantFrom<unknown>(true, false, 0, 1, null),
      ),
      schema: fc.oneof(
        { maxDepth: 5 },
        tie('leaf'),
        fc.array(tie('schema'), { maxLength: 3 }),
        fc.dictionary(keyword, tie('schema'), { maxKeys: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', '$id', '__proto__'), tie('schema'), { maxKeys: 2 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(schema, json, async (value, answer) => {
        const text = JsonText.of(value);
        const problems = await schemaProblems(text);
        for (const { path, message } of [
          ...problems,
          ...(await answerProblems(text.text, answer)),
        ]) {
          expect([typeof path, message]).toEqual(['string', expect.stringMatching(/\w/)]);
          expect(message).not.toMatch(/undefined|cannot be used|\[object/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
