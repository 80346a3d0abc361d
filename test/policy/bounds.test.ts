import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { includes } from '../../src/policy/expression/includes.ts';
import { resultOf, subjectOf, verdictOf } from './evaluating.ts';

const MILLION = 1_000_000;
const tooMuch = 'too much work for a payload of this size';

/** A JSON list of this many elements. */
const listOf = (count: number, element: string): string =>
  `[${Array.from({ length: count }, () => element).join(',')}]`;

describe('67. a macro goes through at most 10,000 elements', () => {
  const cases = [
    'payload.all(item, item.price <= 5 && item.sku.startsWith("a"))',
    '!payload.exists(item, item.price > 5 || item.sku == "b")',
    '!payload.exists_one(item, item.price == 5)',
    'payload.filter(item, item.price > 5).size() == 0',
    'payload.map(item, item.price).size() > 0',
  ];

  it.each(cases)('%s', (when) => {
    const item = '{"sku":"abc","price":5}';
    expect(resultOf(when, listOf(10_000, item))).toBe(true);
    expect(resultOf(when, listOf(10_001, item))).toBe('more than 10000 elements');
  });

  it('and so do `in` and ==, and macros over the keys of an object', () => {
    const object = (count: number) =>
      `{${Array.from({ length: count }, (_, at) => `"k${at}":0`).join(',')}}`;
    expect(resultOf('!(5 in payload)', listOf(10_000, '4'))).toBe(true);
    expect(resultOf('!(5 in payload)', listOf(10_001, '4'))).toMatch('more than');
    expect(resultOf('payload == payload', listOf(10_000, '4'))).toBe(true);
    expect(resultOf('payload == payload', listOf(10_001, '4'))).toMatch('more than');
    expect(resultOf('payload.all(key, key != "x")', object(10_000))).toBe(true);
    expect(resultOf('payload.all(key, key != "x")', object(10_001))).toMatch('more than');
    // Their size is known all the same.
    expect(resultOf('payload.size() == 20000', listOf(20_000, '4'))).toBe(true);
    expect(resultOf('payload[19999] == 4', listOf(20_000, '4'))).toBe(true);
  });

  it('a limit is never ignored, as other problems are', () => {
    const payload = listOf(10_001, '1');
    expect(resultOf('payload.all(x, x < 5) || true', payload)).toMatch('more than');
    expect(resultOf('true || payload.all(x, x < 5)', payload)).toBe(true);
    expect(resultOf('payload.all(x, x < 5) && false', payload)).toMatch('more than');
    expect(
      resultOf('["a"].exists(y, payload.size() > 1 && y in payload || true)', payload),
    ).toMatch('more than');
  });
});

it('67. a string of 1,000,000 characters can be compared and searched', () => {
  const text = 'x'.repeat(MILLION - 100);
  const payload = `{"text":"${text}","other":"${text}"}`.slice(0, MILLION * 2);
  expect(resultOf('payload.text.size() > 900000', payload)).toBe(true);
  expect(resultOf('payload.text == payload.other', payload)).toBe(true);
  expect(resultOf('payload.text.startsWith("xx") && payload.text.endsWith("xx")', payload)).toBe(
    true,
  );
  expect(resultOf('payload.text.contains("xxy")', payload)).toBe(false);
});

it('67. large strings are not built', () => {
  const payload = `{"a":"${'x'.repeat(600)}","b":"${'x'.repeat(10_001)}"}`;
  expect(resultOf('payload.a + "y" != ""', payload)).toBe(true);
  expect(resultOf('payload.a + payload.a != ""', payload)).toBe(
    'a string of more than 1000 characters',
  );
  expect(resultOf('payload.b.lowerAscii() != ""', payload)).toMatch('at most 10000 characters');
  expect(resultOf('payload.a.contains(payload.b)', payload)).toMatch('at most 1000 characters');
});

it('67. regular expressions take a time in proportion to the text', () => {
  // JavaScript's own would take longer than the universe exists.
  const payload = JSON.stringify({ text: `${'a'.repeat(3_000)}!` });
  for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '^(.*a){15}$']) {
    expect(resultOf(`payload.text.matches("${pattern}")`, payload)).toBe(false);
  }
  const long = JSON.stringify({ text: 'a'.repeat(MILLION) });
  expect(resultOf('payload.text.matches("^(a+)+$")', long)).toBe(tooMuch);
});

describe('67. the work of a verdict is bounded', () => {
  const heavy = { when: `payload.all(x, ${Array(60).fill('x > 0').join(' && ')})` };

  it('rules beyond it are problems, and simple ones are evaluated all the same', () => {
    const rules = [
      ...Array.from({ length: 98 }, () => heavy),
      { ruleId: 'deny', when: 'payload[0] == 1', effect: 'DENY' },
      { ruleId: 'z', when: 'node == "pay"', risk: 'LOW' },
    ];
    const { effect, ruleIds, problems } = verdictOf(rules, subjectOf(listOf(10_000, '1')));
    expect(effect).toBe('DENY');
    expect(ruleIds).toEqual(['deny']);
    expect(problems.length).toBeGreaterThan(50);
    expect(new Set(problems.map(({ message }) => message))).toEqual(new Set([tooMuch]));
    expect(problems.map(({ ruleId }) => ruleId)).not.toContain('z');
  });

  it('whatever the order of the rules', () => {
    const rules = Array.from({ length: 30 }, (_, at) => ({
      ...heavy,
      ruleId: `r${at}`,
      effect: ['ALLOW', 'REVIEW', 'DENY'][at % 3],
    }));
    const subject = subjectOf(listOf(5_000, '1'));
    const sorted = ({ problems }: ReturnType<typeof verdictOf>) =>
      problems.map(({ ruleId }) => ruleId).sort();
    const expected = verdictOf(rules, subject);
    expect(expected.problems.length).toBeGreaterThan(0);
    for (const order of [rules.toReversed(), [...rules.slice(15), ...rules.slice(0, 15)]]) {
      expect(sorted(verdictOf(order, subject))).toEqual(sorted(expected));
    }
  });

  it('an ALLOW rule that hits it does not let anything through', () => {
    const rules = [{ ...heavy, effect: 'ALLOW' }];
    expect(verdictOf(rules, subjectOf(listOf(1_000, '1'))).effect).toBe('ALLOW');
    expect(verdictOf(rules, subjectOf(listOf(10_000, '1')))).toMatchObject({
      effect: 'REVIEW',
      problems: [{ ruleId: 'r0', message: tooMuch }],
    });
  });
});

it('67. searching gives what JavaScript’s own search gives', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4_000 });
  fc.assert(
    fc.property(text, text, fc.nat(), (one, other, length) => {
      const long = one.repeat(20);
      for (const part of [other, other.slice(0, length % 12), one.slice(length % 50)]) {
        expect(includes(long, part)).toBe(long.includes(part));
      }
    }),
  );
});
