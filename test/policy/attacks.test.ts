import { describe, expect, it } from 'vitest';
import { compileRules, evaluate } from '../../src/policy/evaluate.ts';
import { compile, isExpression } from '../../src/policy/expression/compile.ts';
import { problemsOf, resultOf, rulesOf, subjectOf, verdictOf } from './evaluating.ts';

describe('66. keys that mean something to JavaScript are only keys', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length'];

  it.each(names)('%s', (name) => {
    const missing = `there is no field "${name}"`;
    for (const payload of ['{}', '{"a":{"b":1}}']) {
      expect(resultOf(`payload.${name} != null`, payload)).toBe(missing);
      expect(resultOf(`payload["${name}"] != null`, payload)).toBe(missing);
      expect(resultOf(`has(payload.${name})`, payload)).toBe(false);
      expect(resultOf(`"${name}" in payload`, payload)).toBe(false);
      expect(resultOf(`{"a": 1}.${name} != null`, payload)).toBe(missing);
    }
    for (const payload of [`{"${name}":7}`, `{"${name}":7,"x":1}`]) {
      expect(resultOf(`payload.${name} == 7 && payload["${name}"] == 7`, payload)).toBe(true);
      expect(resultOf(`has(payload.${name}) && "${name}" in payload`, payload)).toBe(true);
      expect(resultOf(`payload.exists(key, key == "${name}")`, payload)).toBe(true);
      expect(resultOf('payload == payload', payload)).toBe(true);
      expect(resultOf(`payload == {"x": 1, "${name}": 7}`, payload)).toBe(payload.includes('"x"'));
    }
  });

  it('and do not change any object', () => {
    const payload =
      '{"__proto__":{"amount":1,"polluted":true},"constructor":{"prototype":{"a":1}}}';
    expect(resultOf('payload.amount == 1', payload)).toBe('there is no field "amount"');
    expect(resultOf('payload.__proto__.polluted', payload)).toBe(true);
    expect(resultOf('payload == {"__proto__": {}}', payload)).toBe(false);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is no variable, function or macro',
    (name) => {
      for (const when of [`${name} == 1`, `${name}(payload)`, `payload.a.${name}()`]) {
        expect(problemsOf([{ when }])).toEqual([expect.stringMatching(/unknown|Reserved/)]);
      }
    },
  );
});

describe('65. field names that only look the same', () => {
  it.each([
    ['a Cyrillic letter', '{"\u0430mount":1}'],
    ['a zero-width space', '{"amount\u200b":1}'],
    ['another case', '{"Amount":1}'],
    ['a space', '{"amount ":1}'],
    ['a dot', '{"payload.amount":1}'],
    ['a full-width letter', '{"\uff41mount":1}'],
  ])('%s is a missing field', (_, payload) => {
    for (const effect of ['ALLOW', 'DENY']) {
      const verdict = verdictOf([{ when: 'payload.amount < 500', effect }], subjectOf(payload));
      expect(verdict).toMatchObject({
        effect: 'REVIEW',
        problems: [{ message: 'there is no field "amount"' }],
      });
    }
  });

  it('a key may be written with escapes', () => {
    const payload = String.raw`{"\u0061mount":7,"\"":8,"a\\b":9,"\ud83d\ude00":10,"\n":11}`;
    expect(resultOf('payload.amount == 7 && payload["\\""] == 8', payload)).toBe(true);
    expect(resultOf(String.raw`payload["a\\b"] == 9 && payload["😀"] == 10`, payload)).toBe(true);
    expect(resultOf(String.raw`payload["\n"] == 11 && payload.size() == 5`, payload)).toBe(true);
    expect(
      resultOf(String.raw`has(payload.b) || "a\\\\b" in payload || "\\n" in payload`, payload),
    ).toBe(false);
  });

  it('a field that is there twice is a problem', () => {
    const twice = 'the field "amount" is there twice';
    for (const payload of [
      '{"amount":1,"amount":900}',
      String.raw`{"amount":1,"\u0061mount":900}`,
    ]) {
      expect(resultOf('payload.amount < 500', payload)).toBe(twice);
      expect(resultOf('payload == {"amount": 1, "b": 2}', payload)).toBe(twice);
      expect(resultOf('has(payload.amount)', payload)).toBe(true);
    }
  });
});

it('67. deep payloads are read without a deep stack', () => {
  const nested = (open: string, close: string) => `${open.repeat(255)}1${close.repeat(255)}`;
  const list = nested('[', ']');
  const object = nested('{"a":', '}');
  expect(resultOf('payload[0][0].size() == 1', list)).toBe(true);
  expect(resultOf('payload == payload', list)).toBe(true);
  expect(resultOf('payload.a.a.a == payload.a.a.a', object)).toBe(true);
  expect(resultOf(`payload${'.a'.repeat(45)}.size() == 1`, object)).toBe(true);
  // Deeper ones are refused before they get here.
  const deeper = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(resultOf('payload[0][0].size() == 1', deeper)).toBe(true);
  expect(resultOf('payload == payload', deeper)).not.toBe(true);
});

it('65. a payload that is not JSON is a problem', () => {
  for (const text of [
    '',
    '{',
    '[1',
    '{"a"',
    '{"a":',
    '"abc',
    '"abc\\',
    'nul',
    '}',
    ']',
    '{]',
    '-',
    'x',
  ]) {
    for (const when of ['payload.a == 1', 'payload == 1', 'payload.exists(x, x == 1)', 'payload']) {
      const verdict = verdictOf([{ when, effect: 'ALLOW' }], subjectOf(text));
      expect(verdict.effect, `${when} with ${text}`).toBe('REVIEW');
    }
    expect(resultOf('node == "pay"', text)).toBe(true);
  }
});

it('65. whatever else is wrong with a review, a verdict is given', () => {
  const rules = compileRules(rulesOf([{ when: 'now > timestamp(0)', effect: 'ALLOW' }]));
  for (const others of [
    { now: new Date(Number.NaN) },
    { now: undefined as never },
    { payload: undefined as never },
    { tags: null as never },
  ]) {
    expect(() => evaluate(rules, subjectOf('{}', others))).not.toThrow();
  }
  expect(evaluate(rules, subjectOf('{}', { now: undefined as never }))).toMatchObject({
    effect: 'REVIEW',
    problems: [{ message: 'could not be evaluated' }],
  });
});

it.each([
  'payload'.repeat(500),
  '('.repeat(3_999),
  '['.repeat(3_999),
  '{'.repeat(3_999),
  `${'{"a":'.repeat(700)}1`,
  '!'.repeat(4_000),
  '-'.repeat(4_000),
  'a.'.repeat(2_000),
  'a?b:'.repeat(900),
  '"'.repeat(3_999),
  "'''",
  '\\',
  '"\\u{110000}"',
  '\u0000',
  '\ud800',
  '1e99999',
  '0x',
  '9'.repeat(3_999),
  'true && '.repeat(499),
  `${'true && '.repeat(480)}true`,
  `${'payload.a.'.repeat(390)}b`,
  `payload.all(${'x, payload.all('.repeat(100)}`,
])('67. any text is compiled or refused (%#)', (text) => {
  const compiled = compile(text);
  if (isExpression(compiled)) return;
  expect(compiled.message).not.toBe('');
  expect(compiled.start).toBeGreaterThanOrEqual(0);
  expect(compiled.end).toBeLessThanOrEqual(text.length + 1);
});
