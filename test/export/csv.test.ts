import { expect, it } from 'vitest';
import { csvLine } from '../../src/export/csv.ts';

it.each([
  ['=1+1', "'=1+1"],
  [' \u00a0@sum', "' \u00a0@sum"],
  ['a;=1+1', `"a;'=1+1"`],
  ['a; \t-1', `"a; \t'-1"`],
  ['one\r\n+cmd', `"one\r\n'+cmd"`],
  ['a\t＝1', "a\t'＝1"],
  ['1 - 2 = -1', '1 - 2 = -1'],
  ['a;b', '"a;b"'],
])('%j is no formula, whatever separates the cells of a spreadsheet', (value, cell) => {
  expect(csvLine([value])).toBe(`${cell}\r\n`);
});
