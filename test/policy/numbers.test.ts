import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonText, jsonProblems } from '../../packages/client/src/json/index.ts';
import { numberText } from '../json/jsonSamples.ts';
import { problemsOf, resultOf } from './evaluating.ts';

/** Whether a request with this number in its payload is accepted (case 30). */
const isAccepted = (number: string): boolean =>
  jsonProblems(new JsonText(number), { maxCharacters: 1_000, maxDepth: 1 }).length === 0;

it.each([
  ['19.99', '19.99'],
  ['1', '1.0'],
  ['1.0', '1'],
  ['-0', '0'],
  ['-0.0', '0'],
  ['1e2', '100'],
  ['1E+2', '100.00'],
  ['1e20', '100e18'],
  ['1.5e300', '15e299'],
  ['9007199254740991', '9007199254740991'],
  ['-9007199254740991', '-9007199254740991'],
  ['123456789012345.6', '123456789012345.6'],
  ['0.30000000000000004', '0.30000000000000004'],
  ['5e-324', '5e-324'],
  ['1.7976931348623157e308', '1.7976931348623157e308'],
])('66. %s equals %s', (number, literal) => {
  expect(resultOf(`payload.x == ${literal}`, `{"x":${number}}`)).toBe(true);
  expect(resultOf(`payload.x in [${literal}]`, `{"x":${number}}`)).toBe(true);
  expect(resultOf(`payload.x >= ${literal} && payload.x <= ${literal}`, `{"x":${number}}`)).toBe(
    true,
  );
});

it.each([
  ['19.99', '19.990000000000002'],
  ['9007199254740991', '9007199254740990'],
  ['0.1', '0.10000000000000002'],
  ['0.3', '0.30000000000000004'],
])('66. %s does not equal %s', (number, literal) => {
  expect(resultOf(`payload.x == ${literal}`, `{"x":${number}}`)).toBe(false);
  expect(resultOf(`payload.x != ${literal}`, `{"x":${number}}`)).toBe(true);
});

it.each(['9007199254740993', '-9007199254740992', '0.1000000000000000055', '1e400', '1e-400'])(
  '66. a payload number that would be rounded is a problem: %s',
  (number) => {
    for (const operator of ['==', '!=', '<', '>']) {
      expect(resultOf(`payload.x ${operator} 5`, `{"x":${number},"y":1}`)).toBe(
        'a number in the payload would be rounded',
      );
    }
    expect(resultOf('payload.x in [1]', `{"x":${number}}`)).toMatch('rounded');
    expect(resultOf('1 in payload', `[1.5,${number}]`)).toMatch('rounded');
    expect(resultOf('payload.all(x, x < 5)', `[1,${number}]`)).toMatch('rounded');
    expect(resultOf('payload == [1]', `[${number}]`)).toMatch('rounded');
    // It does not matter where it is not looked at.
    expect(resultOf('payload.y == 1', `{"x":${number},"y":1}`)).toBe(true);
    expect(resultOf('has(payload.x)', `{"x":${number},"y":1}`)).toBe(true);
  },
);

const notExact = 'arithmetic is exact only with integers up to 9007199254740991';
const inexactResult = 'the result is not an integer up to 9007199254740991';

it.each([
  ['0.1 + 0.2 > 0.3', notExact],
  ['0.1 + 0.2 == 0.3', notExact],
  ['payload.price * 3 > 50', notExact],
  ['payload.price - 1 > 50', notExact],
  ['payload.price % 1 == 0', notExact],
  ['7 / 2 == 3', inexactResult],
  ['payload.max + 1 > payload.max', inexactResult],
  ['-payload.max - 1 < 0', inexactResult],
  ['payload.max * 2 > 0', inexactResult],
  ['payload.max * payload.max > 0', inexactResult],
  ['1e300 + 1 > 0', notExact],
  ['1 / 0 > 0', 'division by zero'],
  ['1 % 0 > 0', 'division by zero'],
  ['payload.max + 0 == 9007199254740991', true],
  ['payload.max - 1 == 9007199254740990', true],
  ['payload.whole + 1 == 2', true],
  ['6 / 2 == 3 && -6 / 2 == -3 && 0 / 5 == 0 && 0 * -5 == 0', true],
  ['7 % 3 == 1 && -7 % 3 == -1 && 7 % -3 == 1', true],
])('66. arithmetic is exact or a problem: %s', (when, expected) => {
  expect(resultOf(when, '{"price":19.99,"max":9007199254740991,"whole":1.0}')).toBe(expected);
});

it('66. numbers that a payload may hold compare exactly, in any spelling', () => {
  fc.assert(
    fc.property(numberText, numberText, (one, other) => {
      fc.pre(isAccepted(one) && isAccepted(other));
      const sign = Math.sign(Number(one) - Number(other));
      const payload = `{"one":${one},"other":${other}}`;
      expect(resultOf('payload.one == payload.other', payload)).toBe(sign === 0);
      expect(resultOf('payload.one < payload.other', payload)).toBe(sign < 0);
      expect(resultOf('payload.one >= payload.other', payload)).toBe(sign >= 0);
    }),
  );
});

it('66. a number in a payload is read exactly or is a problem', () => {
  fc.assert(
    fc.property(numberText, (number) => {
      const expected = isAccepted(number) ? true : 'a number in the payload would be rounded';
      expect(resultOf('payload.x < 5 || payload.x >= 5', `{"x":${number}}`)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

it('66. a literal is accepted exactly if a payload may hold it', () => {
  const literal = fc.stringMatching(/^(0|[1-9]\d{0,24})(\.\d{1,24})?(e-?\d{1,3})?$/);
  fc.assert(
    fc.property(literal, (number) => {
      const problems = problemsOf([{ when: `payload.x == ${number}` }]);
      expect(problems.length === 0).toBe(isAccepted(number));
    }),
    { numRuns: 1_000 },
  );
});
