import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namesIn, namesText } from '../../src/page/parts/names.ts';

it('names in a comma-separated list are read as they were written', () => {
  const odd = fc.constantFrom('a, b', '"', '"a"', 'a "b", c', ' a', '\\', '\\"', ',', 'ada');
  const name = fc.oneof(
    odd,
    fc.string({ minLength: 1 }),
    fc.string({ unit: 'binary', minLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(name), (names) => {
      expect(namesIn(namesText(names))).toEqual(names);
    }),
  );
});

it.each([
  ['ada, ben ,,', ['ada', 'ben']],
  ['"ada', ['"ada']],
  ['"a" b, c', ['"a" b', 'c']],
])('what a person types is read leniently: %s', (text, names) => {
  expect(namesIn(text)).toEqual(names);
});
