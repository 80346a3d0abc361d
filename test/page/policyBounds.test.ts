import { isInexact, JsonText } from '@holdpoint/client/json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, conditionOf } from '../../src/page/policy/bounds.ts';
import { fieldOf, stringLiteral } from '../../src/page/policy/celText.ts';
import { completionAt } from '../../src/page/policy/completion.ts';
import { checkCondition, meets } from '../../src/policy/condition.ts';
import { VARIABLES } from '../../src/policy/expression/types.ts';
import type { Subject } from '../../src/policy/subject.ts';

const MAX_EXPRESSION_CHARACTERS = 4_000;

const subjectOf = (payload: string): Subject => ({
  kind: 'ACTION',
  nodeId: 'pay',
  graphId: 'billing',
  graphVersion: 1,
  graphExecId: 'run',
  requestedBy: 'agent',
  consumers: [],
  instructions: null,
  headline: null,
  tags: [],
  risk: null,
  payload: new JsonText(payload),
  now: new Date(0),
});

const conditionsOf = (payload: unknown) =>
  boundsOf(JSON.stringify(payload)).map(({ condition }) => condition);

/** Names and texts that a careless escape gets wrong. */
const odd = fc.constantFrom(
  ...['', '__proto__', 'constructor', 'toString', 'in', 'true', 'has', 'payload', 'e-mail', '1'],
  ...['"', "'", '\\', '\\"', '\n', '\r\n', '\t', '\0', '\u007f', '\u2028', '\u202e', '\ufeff'],
  ...['a" || true || "', '👩‍💻', '\u{e0061}', '`', '?', '\\u0022', 'ﬀ', 'é', 'e\u0301'],
);
const text = fc
  .oneof(odd, fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
  .filter((value) => value.isWellFormed());
/** Requests with numbers that a double rounds are refused. */
const number = fc
  .oneof(
    fc.integer(),
    fc.constantFrom(0, -0, 0.1, 19.99, -1.5, 1e21, 1e20, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53),
    fc.constantFrom(2 ** 63, -(2 ** 63), 5e-324, 1.7976931348623157e308, 1e-7, 123456789.125),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .filter((value) => !isInexact(JSON.stringify(value), value));
const payload = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

describe('76. bounds that a payload suggests', () => {
  it('76. each is true for the payload that it was proposed from, and so are all together', () => {
    fc.assert(
      fc.property(fc.dictionary(text, payload.value, { maxKeys: 8 }), (value) => {
        const json = JSON.stringify(value);
        const bounds = boundsOf(json);
        const subject = subjectOf(json);
        for (const { condition } of bounds) {
          expect(checkCondition(condition), condition).toBeNull();
          expect(meets(condition, subject), condition).toBe(true);
        }
        const all = conditionOf(bounds);
        if (all !== null && all.length <= MAX_EXPRESSION_CHARACTERS) {
          expect(checkCondition(all), all).toBeNull();
          expect(meets(all, subject), all).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('76. another value does not meet it', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        fc.pre(one !== other);
        const [bound] = boundsOf(JSON.stringify({ to: one }));
        const subject = subjectOf(JSON.stringify({ to: other }));
        if (bound) expect(meets(bound.condition, subject)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('76. they read like what somebody would write', () => {
    expect(
      conditionsOf({ to: 'ada@example.com', amount: 500, dry: false, 'e-mail': null }),
    ).toEqual([
      'payload.to == "ada@example.com"',
      'payload.amount <= 500',
      'payload.amount == 500',
      'payload.dry == false',
      'payload["e-mail"] == null',
    ]);
    expect(conditionsOf({ order: { id: 7, items: [1, 2] } })).toEqual([
      'payload.order.id <= 7',
      'payload.order.id == 7',
    ]);
    expect(fieldOf('payload', 'in')).toBe('payload["in"]');
    expect(stringLiteral('a\u202eb')).toBe('"a\\u202eb"');
  });

  it('76. text cannot leave its literal', () => {
    const hostile = '" || true || "';
    const [bound] = boundsOf(JSON.stringify({ to: hostile }));
    expect(meets(bound?.condition ?? '', subjectOf('{"to":"somebody else"}'))).toBe(false);
  });

  it('76. a key that is there twice suggests nothing', () => {
    expect(boundsOf('{"amount":1,"amount":2}')).toEqual([]);
  });

  it('76. lists, long texts and deep fields suggest nothing, and there are at most 40', () => {
    expect(conditionsOf([1])).toEqual([]);
    expect(
      conditionsOf({ body: 'x'.repeat(201), list: [1], a: { b: { c: { d: { e: 1 } } } } }),
    ).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, at]));
    expect(conditionsOf(many)).toHaveLength(40);
    const all = conditionOf(boundsOf(JSON.stringify(many)));
    expect(meets(all ?? '', subjectOf(JSON.stringify(many)))).toBe(true);
  });
});

describe('completion', () => {
  const suggested = (typed: string, example: unknown = {}) =>
    completionAt(typed, typed.length, example).suggestions.map(({ text }) => text);

  it('suggests every variable and function that expressions know', () => {
    const known = suggested('');
    for (const variable of Object.keys(VARIABLES)) {
      expect(suggested(variable.slice(0, 1))).toContain(variable);
    }
    for (const name of known.filter((text) => text.endsWith('('))) {
      expect(checkCondition(`${name}payload.x)`)?.message ?? '').not.toMatch(/unknown function/);
    }
    for (const name of suggested('payload.x.')) {
      expect(checkCondition(`payload.x.${name}"x")`)?.message ?? '').not.toMatch(
        /unknown function/,
      );
    }
  });

  it('suggests the fields of the example, and nothing inside a text', () => {
    const example = { amount: 5, order: { id: 1 }, 'e-mail': 'x' };
    expect(suggested('payload.', example).slice(0, 2)).toEqual(['amount', 'order']);
    expect(suggested('payload.order.i', example)).toContain('id');
    expect(suggested('node == "pay', example)).toEqual([]);
    expect(suggested('payload.amount > 1', example)).toEqual([]);
  });
});
