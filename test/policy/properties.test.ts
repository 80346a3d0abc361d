import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileRules, evaluate, type Verdict } from '../../src/policy/evaluate.ts';
import { compile, isExpression } from '../../src/policy/expression/compile.ts';
import { EFFECTS, type PolicyRule, RISKS } from '../../src/policy/rule.ts';
import { anyJson } from '../json/jsonSamples.ts';
import { isAsStrict, resultOf, subjectOf } from './evaluating.ts';

// Expressions of every kind, of which most compile.

const names = fc.constantFrom('amount', 'to', 'items', 'note', 'missing', '__proto__', 'a');
const literals = fc.oneof(
  fc.constantFrom('0', '1', '1.0', '-1', '500', '19.99', '0.1', '9007199254740991', 'true', 'null'),
  fc.constantFrom('"a"', '"ana@acme.com"', '""', '"501"', '[1, 2]', '["a"]', '{"a": 1}', 'false'),
  fc.constantFrom('now', 'timestamp("2026-01-01T00:00:00Z")', 'duration("1h")', 'node', 'tags'),
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    literals,
    names.map((name) => `payload.${name}`),
    fc.constant('payload'),
    fc.tuple(tie('expression'), names).map(([of, name]) => `${of}.${name}`),
    fc.tuple(tie('expression'), tie('expression')).map(([of, by]) => `${of}[${by}]`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          '==',
          '!=',
          '<',
          '<=',
          '>',
          '>=',
          '+',
          '-',
          '*',
          '/',
          '%',
          '&&',
          '||',
          'in',
        ),
        tie('expression'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([condition, yes, no]) => `(${condition} ? ${yes} : ${no})`),
    fc
      .tuple(fc.constantFrom('!', '-', 'size', 'int', 'double', 'string'), tie('expression'))
      .map(([name, of]) => `${name}(${of})`),
    names.map((name) => `has(payload.${name})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('all', 'exists', 'exists_one', 'filter', 'map'),
        fc.constantFrom('x == 1', 'x > 500', 'x.endsWith("a")', 'x.amount > 5', 'x', 'x + 1 > 0'),
      )
      .map(([of, name, body]) => `${of}.${name}(x, ${body})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('contains', 'startsWith', 'endsWith'),
        tie('expression'),
      )
      .map(([of, name, part]) => `${of}.${name}(${part})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('size()', 'lowerAscii()', 'matches("^a+")'))
      .map(([of, call]) => `${of}.${call}`),
  ),
}));

const boolean = fc.oneof(
  expression,
  fc.tuple(expression, expression).map(([one, other]) => `${one} == ${other}`),
  fc.constantFrom(
    'payload.amount > 500',
    'payload.to.exists(to, !to.endsWith("@acme.com"))',
    'has(payload.amount) && payload.amount <= 500',
    'node == "pay"',
    'true',
  ),
);

const value = fc.oneof(
  fc.constantFrom('1', '501', '19.99', '"501"', '"ana@acme.com"', 'null', 'true', '[]', '{}'),
  fc.constantFrom('["ana@acme.com"]', '["a",1]', '[1,2.0]', '{"a":1,"amount":7}', '[{"amount":9}]'),
  fc.constantFrom('9007199254740991', '9007199254740993', '-0', '1e20', String.raw`"\n"`),
);
const payload = fc
  .oneof({
    weight: 3,
    arbitrary: fc.uniqueArray(fc.tuple(names, value), { selector: ([name]) => name }),
  })
  .map(
    (fields) => `{${fields.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`,
  );

const requirement = fc.record({
  teamId: fc.constantFrom('finance', 'legal', null),
  actors: fc.constant(null),
  count: fc.integer({ min: 1, max: 3 }),
});

const rule: fc.Arbitrary<Omit<PolicyRule, 'ruleId'>> = fc
  .record({
    when: boolean,
    effect: fc.constantFrom(...EFFECTS),
    reason: fc.constantFrom(null, 'reason', 'another'),
    approvalsRequired: fc.array(requirement, { maxLength: 2 }),
    expiresAfter: fc.constantFrom(null, '1h', '2h', '1d'),
    risk: fc.constantFrom(null, ...RISKS),
  })
  .map((rule) => ({ ...rule, escalation: [] }));

const rules = fc
  .array(rule, { maxLength: 8 })
  .map((list) => list.map((rule, at): PolicyRule => ({ ...rule, ruleId: `r${at}` })));

/** A verdict without the order of its parts. */
const unordered = (verdict: Verdict) => ({
  ...verdict,
  ruleIds: verdict.ruleIds.toSorted(),
  reasons: verdict.reasons.toSorted(),
  problems: verdict.problems.map((problem) => JSON.stringify(problem)).sort(),
  approvalsRequired: verdict.approvalsRequired
    .map((demand) => JSON.stringify({ ...demand, ruleIds: demand.ruleIds.toSorted() }))
    .sort(),
});

it('64. the order of the rules never changes a verdict', () => {
  fc.assert(
    fc.property(
      rules.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      payload,
      ([list, shuffled], text) => {
        const subject = subjectOf(text);
        expect(unordered(evaluate(compileRules(shuffled), subject))).toEqual(
          unordered(evaluate(compileRules(list), subject)),
        );
      },
    ),
    { numRuns: 1_000 },
  );
});

it('64. adding a rule never loosens a verdict, unless it is the first one that applies', () => {
  fc.assert(
    fc.property(rules, rule, payload, (list, added, text) => {
      const subject = subjectOf(text);
      const before = evaluate(compileRules(list), subject);
      const after = evaluate(compileRules([...list, { ...added, ruleId: 'added' }]), subject);
      // Without a rule that applies, a person is asked; an ALLOW rule is there to change that.
      if (before.ruleIds.length > 0) expect(isAsStrict(after, before)).toBe(true);
      else expect(added.effect === 'ALLOW' || after.effect !== 'ALLOW').toBe(true);
      expect(after.problems).toEqual(expect.arrayContaining(before.problems));
    }),
    { numRuns: 1_000 },
  );
});

it('65. random expressions never throw, and an error never allows', () => {
  let compiledCount = 0;
  fc.assert(
    fc.property(boolean, payload, (when, text) => {
      if (isExpression(compile(when))) compiledCount++;
      const of = (effect: PolicyRule['effect']) => {
        const stored = { ruleId: 'r', when, effect, reason: null, approvalsRequired: [] };
        const compiled = compileRules([
          { ...stored, escalation: [], expiresAfter: null, risk: null },
        ]);
        return evaluate(compiled, subjectOf(text));
      };
      const [allow, review, deny] = [of('ALLOW'), of('REVIEW'), of('DENY')];
      if (allow.effect === 'ALLOW') {
        expect(allow.problems).toEqual([]);
        expect(review).toMatchObject({ ruleIds: ['r'], problems: [] });
        expect(deny.effect).toBe('DENY');
      }
      if (deny.problems.length > 0) expect(deny).toMatchObject({ effect: 'REVIEW', risk: 'HIGH' });
      expect(review.effect).toBe('REVIEW');
    }),
    { numRuns: 3_000 },
  );
  expect(compiledCount).toBeGreaterThan(500);
});

it('65. random texts never throw', () => {
  const piece = fc.constantFrom(
    ...[
      'payload',
      '.a',
      '[',
      ']',
      '(',
      ')',
      '==',
      '&&',
      '"',
      "'",
      '\\',
      '1',
      '0x',
      'e',
      '-',
      '!',
      '?',
      ':',
    ],
    ...[
      ',',
      '{',
      '}',
      'has',
      'all',
      'in',
      ' ',
      '\n',
      '//',
      'r"',
      '\u{1F600}',
      '\u0430',
      '%',
      '1.',
      'x',
    ],
  );
  const text = fc.oneof(
    fc.array(piece).map((pieces) => pieces.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (when) => {
      const compiled = compile(when);
      if (isExpression(compiled)) expect(typeof resultOf(when)).toMatch(/boolean|string/);
      else expect(compiled.line).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

it('65. a payload is read as JSON.parse reads it, or there is a problem', () => {
  fc.assert(
    fc.property(anyJson, ({ normal }) => {
      const payload = `{"one":${normal},"other":${normal}}`;
      expect(resultOf('payload.one != payload.other', payload)).not.toBe(true);
    }),
    { numRuns: 500 },
  );
  const plain = fc.jsonValue({ maxDepth: 4 }).map((json) => JSON.stringify(json));
  fc.assert(
    fc.property(plain, plain, (one, other) => {
      const result = resultOf('payload.one == payload.other', `{"one":${one},"other":${other}}`);
      if (one === other)
        expect(result).toSatisfy((it) => it === true || /rounded/.test(String(it)));
      else if (result === true)
        expect(JSON.parse(one)).toEqual(JSON.parse(other.replace(/-0\b/, '0')));
    }),
    { numRuns: 500 },
  );
});

it('63. an expression gives what cel-js gives, wherever both give something', () => {
  const environment = new Environment({ homogeneousAggregateLiterals: false });
  for (const [name, type] of [
    ['payload', 'dyn'],
    ['node', 'string'],
    ['tags', 'list'],
    ['now', 'google.protobuf.Timestamp'],
  ] as const) {
    environment.registerVariable(name, type);
  }
  /** JSON with integers as integers of CEL. */
  const celOf = (json: unknown): unknown => {
    if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
    if (Array.isArray(json)) return json.map(celOf);
    if (json === null || typeof json !== 'object') return json;
    return Object.fromEntries(Object.entries(json).map(([key, member]) => [key, celOf(member)]));
  };
  let compared = 0;
  fc.assert(
    fc.property(boolean, payload, (when, text) => {
      fc.pre(!text.includes('__proto__') && !text.includes('9007199254740993'));
      if (!isExpression(compile(when))) return;
      const ours = resultOf(when, text);
      let theirs: unknown;
      try {
        theirs = environment.evaluate(when, {
          payload: celOf(JSON.parse(text)),
          node: 'pay',
          tags: [],
          now: new Date('2026-11-28T12:34:56.789Z'),
        });
      } catch {
        return;
      }
      if (typeof ours !== 'boolean' || typeof theirs !== 'boolean') return;
      compared++;
      expect(ours).toBe(theirs);
    }),
    { numRuns: 3_000 },
  );
  expect(compared).toBeGreaterThan(300);
});
