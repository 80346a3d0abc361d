import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerOf,
  dataOf,
  formProblems,
  initialData,
  numberOf,
  problemsByField,
} from '../../../src/page/talk/formAnswer.ts';
import { type FormSchema, type Plan, planOf } from '../../../src/page/talk/formSchema.ts';

const plan = (schema: unknown): Plan => planOf(JSON.stringify(schema));

function form(schema: unknown): FormSchema {
  const found = plan(schema);
  if (found.kind !== 'form') throw new Error(`not a form but ${JSON.stringify(found)}`);
  return found.schema;
}

const labels = (schema: unknown) => {
  const found = plan(schema);
  return found.kind === 'choices' ? found.choices.map(({ label }) => label) : found;
};

const texts = (schema: unknown) => {
  const found = plan(schema);
  return found.kind === 'choices' ? found.choices.map(({ text }) => text) : found;
};

describe('82. a single value of a few is a choice', () => {
  it('an enum, a boolean, titled constants, and the only key of an object', () => {
    expect(labels({ enum: ['main', 'escrow'] })).toEqual(['main', 'escrow']);
    expect(labels({ enum: ['1', 1, null] })).toEqual(['"1"', '1', 'null']);
    expect(texts({ enum: [{ a: 1 }, [2]] })).toEqual(['{"a":1}', '[2]']);
    expect(labels({ type: 'boolean' })).toEqual(['Yes', 'No']);
    expect(texts({ type: ['boolean', 'null'] })).toEqual(['true', 'false', 'null']);
    const titled = { oneOf: [{ const: 'eu', title: 'Europe' }, { const: 'us' }] };
    expect(labels(titled)).toEqual(['Europe (eu)', 'us']);
    const alike = {
      oneOf: [
        { const: 1, title: 'Yes' },
        { const: 2, title: 'Yes' },
      ],
    };
    expect(labels(alike)).toEqual(['Yes (1)', 'Yes (2)']);
    const only = { type: 'object', properties: { go: { type: 'boolean' } }, required: ['go'] };
    expect(texts(only)).toEqual(['{"go":true}', '{"go":false}']);
  });

  it('not with more values than fit, and not if the key can be left out', () => {
    expect(plan({ enum: Array.from({ length: 31 }, (_, at) => at) }).kind).toBe('form');
    expect(plan({ type: 'object', properties: { go: { type: 'boolean' } } }).kind).toBe('form');
  });
});

describe('82. a form has a field for everything', () => {
  it('with references and optional values as schema generators write them', () => {
    const schema = form({
      $defs: { Address: { type: 'object', properties: { city: { type: 'string' } } } },
      type: 'object',
      properties: {
        to: { $ref: '#/$defs/Address', description: 'Where to' },
        note: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null },
        count: { type: 'integer', minimum: 1, default: 2 },
      },
      required: ['to'],
    });
    expect(schema).toMatchObject({ kind: 'object' });
    const fields = schema.kind === 'object' ? schema.properties : new Map();
    expect(fields.get('to')).toMatchObject({ kind: 'object', description: 'Where to' });
    expect(fields.get('note')).toMatchObject({ kind: 'string', isNullable: true });
    expect(fields.get('count')).toMatchObject({
      kind: 'number',
      isInteger: true,
      hint: 'at least 1',
    });
    expect(initialData(schema)).toEqual({ to: {}, count: 2 });
  });

  it.each([
    ['values of any kind', {}],
    ['several types', { type: ['string', 'number'] }],
    ['alternatives', { anyOf: [{ type: 'string' }, { type: 'number' }] }],
    ['conditions', { type: 'object', properties: { a: { type: 'string' } }, if: {} }],
    ['keys of any name', { type: 'object', additionalProperties: { type: 'string' } }],
    [
      'keys that it does not describe',
      { type: 'object', properties: { a: { type: 'string' } }, required: ['b'] },
    ],
    ['special', { type: 'object', properties: { constructor: { type: 'string' } } }],
    ['refers to itself', { type: 'object', properties: { next: { $ref: '#' } } }],
    ['refers to itself', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }],
    ['items of different kinds', { type: 'array', prefixItems: [{ type: 'string' }] }],
    [
      'more than 100 fields',
      {
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 101 }, (_, at) => [`f${at}`, { type: 'string' }]),
        ),
      },
    ],
  ])('otherwise it says why there is none: %s', (reason, schema) => {
    const found = plan(schema);
    expect(found.kind).toBe('json');
    expect(found.kind === 'json' && found.reason).toMatch(
      reason === 'refers to itself' ? /refers to itself|nested deeper/ : reason,
    );
  });

  const leaf = fc.constantFrom<object>(
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
    { enum: ['a', 'b'] },
  );
  const schemas = fc.letrec<{ any: object }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.record({ type: fc.constant('array'), items: tie('any') }),
      fc
        .dictionary(fc.stringMatching(/^[a-z.]{1,5}$/), tie('any'), { minKeys: 1, maxKeys: 4 })
        .map((properties) => ({
          type: 'object',
          properties,
          required: Object.keys(properties).slice(0, 1),
        })),
    ),
  })).any;

  it('what a form shows of an answer is the answer, whole', () => {
    const valueFor = (schema: FormSchema): unknown => {
      switch (schema.kind) {
        case 'object':
          return Object.fromEntries([...schema.properties].map(([k, s]) => [k, valueFor(s)]));
        case 'array':
          return [valueFor(schema.items), valueFor(schema.items)];
        case 'choice':
          return schema.values[0];
        default:
          return { string: 'x', number: 1.5, boolean: false }[schema.kind];
      }
    };
    fc.assert(
      fc.property(schemas, (given) => {
        const found = plan(given);
        if (found.kind !== 'form') return;
        const value = valueFor(found.schema);
        const shown = dataOf(found.schema, value);
        expect(shown).not.toBeNull();
        expect(answerOf(found.schema, shown?.data)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('an answer with a part that has no field is not shown as a form', () => {
    const schema = form({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    });
    expect(dataOf(schema, { a: 'x', c: 1 })).toBeNull();
    expect(dataOf(schema, { a: 1 })).toBeNull();
    expect(dataOf(schema, [])).toBeNull();
    expect(dataOf(schema, { a: 'x' })).toEqual({ data: { a: 'x' } });
  });
});

it('82. empty fields are left out, and what must be there and may be null is null', () => {
  const schema = form({
    type: 'object',
    properties: {
      name: { type: ['string', 'null'] },
      note: { type: 'string' },
      place: { type: 'object', properties: { city: { type: 'string' } } },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['name'],
  });
  expect(answerOf(schema, initialData(schema))).toEqual({ name: null });
  expect(answerOf(schema, { tags: ['a'], place: { city: 'Rome' } })).toEqual({
    name: null,
    place: { city: 'Rome' },
    tags: ['a'],
  });
});

it('82. numbers stay exact: one that cannot be represented is refused and not rounded', () => {
  expect(numberOf('1.50')).toBe(1.5);
  expect(numberOf(' 1e2 ')).toBe(100);
  for (const text of ['9007199254740993', '0.1000000000000000055', '1,5', '1e', '0x1']) {
    expect(numberOf(text)).toBe(text);
  }
  const schema = form({
    type: 'object',
    properties: { cents: { type: 'number' }, list: { type: 'array', items: { type: 'number' } } },
  });
  expect(formProblems(schema, { cents: '9007199254740993', list: [1, 'x'] })).toEqual([
    { path: 'cents', message: 'cannot be represented exactly: use fewer digits' },
    { path: 'list.1', message: 'is not a number' },
  ]);
});

it('82. a problem is at its field, also if a key has dots', () => {
  const schema = form({
    type: 'object',
    properties: {
      'a.b': { type: 'string' },
      a: { type: 'object', properties: { b: { type: 'string' }, c: { type: 'string' } } },
      list: { type: 'array', items: { type: 'number' } },
    },
  });
  const at = (path: string) => [...problemsByField(schema, [{ path, message: 'no' }])];
  expect(at('a.b')).toEqual([['["a.b"]', ['no']]]);
  expect(at('a.c')).toEqual([['["a","c"]', ['no']]]);
  expect(at('list.0')).toEqual([['["list",0]', ['no']]]);
  expect(at('list.0.deeper')).toEqual([['["list",0]', ['deeper: no']]]);
  expect(at('')).toEqual([['[]', ['no']]]);
});
