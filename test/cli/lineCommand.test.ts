import { expect, it } from 'vitest';
import { parseLine } from '../../src/cli/watch/reviewer.ts';
import { parseDuration } from '../../src/duration.ts';

it.each([
  ['a 3', { do: 'approve', number: 3, message: '' }],
  ['  r 3  too expensive ', { do: 'reject', number: 3, message: 'too expensive' }],
  ['r 3 5 is too many', { do: 'reject', number: 3, message: '5 is too many' }],
  ['e 12', { do: 'edit', number: 12 }],
  ['A 3', { do: 'approveAll', number: 3 }],
  ['s 3', { do: 'show', number: 3 }],
  ['c 3', { do: 'claim', number: 3 }],
  ['u 3', { do: 'release', number: 3 }],
  ['w 3 wrong customer', { do: 'takeBack', number: 3, message: 'wrong customer' }],
  ['l', { do: 'list' }],
  ['q', { do: 'quit' }],
  ['', { do: 'nothing' }],
])('parses %j', (line, command) => {
  expect(parseLine(line)).toEqual(command);
});

it.each([
  'a',
  'a3',
  'a x',
  'approve 3',
  'A 3 4',
  'e 3 now',
  'l 3',
  'toString',
  '3',
  'a -1',
  'a 3.5',
])('refuses %j instead of guessing a decision', (line) => {
  expect(parseLine(line)).toBe(null);
});

it.each([
  ['45m', 2_700_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['0d', null],
  ['1w', null],
  ['-1d', null],
  ['1.5h', null],
  ['999999999d', null],
  ['', null],
])('parses the duration %j', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
