import { expect, it } from 'vitest';
import { checkCondition, meets } from '../../src/policy/condition.ts';
import { subjectOf } from './evaluating.ts';

const subject = subjectOf('{"amount":500,"to":"ana","text":"500"}');

it.each([
  ['payload.to == "ana" && payload.amount <= 500', true],
  ['payload.amount < 500', false],
  ['payload.missing <= 500', false],
  ['payload.text <= 500', false],
  ['payload.text != 500', false],
  ['!(payload.text == 500)', false],
  ['payload.amount', false],
  ['nod == 1', false],
  ['1 +', false],
  ['"yes"', false],
  ['', false],
])('75. a step meets %s: %s', (condition, expected) => {
  expect(meets(condition, subject)).toBe(expected);
  // From the cache.
  expect(meets(condition, subject)).toBe(expected);
});

it('75. what is wrong with a condition is told with its position', () => {
  expect(checkCondition('payload.amount <= 500')).toBeNull();
  expect(checkCondition('node == "pay" &&\n  amount > 5')).toEqual({
    message: expect.stringContaining('unknown variable amount'),
    line: 2,
    column: 3,
    start: 19,
    end: 25,
  });
  expect(checkCondition('x'.repeat(5_000))?.message).toContain('at most 4000 characters');
});

it('75. the agent’s own words do not let its steps through', () => {
  const condition = 'risk == "LOW" && payload.amount <= 500';
  expect(checkCondition(condition)).toMatchObject({ line: 1, column: 1, start: 0, end: 4 });
  expect(meets(condition, subjectOf('{"amount":1}', { risk: 'LOW' }))).toBe(false);
});

it('75. an error of any kind means no', () => {
  const strange = { ...subject, now: new Date(Number.NaN) };
  expect(meets('now > timestamp(0)', strange)).toBe(false);
  expect(meets('payload.all(x, x < 5)', subjectOf(`[${'1,'.repeat(10_000)}1]`))).toBe(false);
});
