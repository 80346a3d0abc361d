import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEscapedKey } from '../../packages/client/src/json/escapedKeys.ts';
import { anyJson } from './jsonSamples.ts';

describe('hasEscapedKey', () => {
  it.each([
    String.raw`{"\u0061":1}`,
    String.raw`{"\"":1}`,
    String.raw`{"a\\":1}`,
    String.raw`[{"a":"\n","b\"c" ${'\n\t\r'} : 1}]`,
    String.raw`{"a":"\\","b":["\"",{"\\":"\\"}]}`,
  ])('finds the key in %s', (text) => expect(hasEscapedKey(text)).toBe(true));

  it.each([
    '{"a":1}',
    String.raw`"\""`,
    String.raw`{"a":"\\","b":"\":","c" : ["\n" , "\\\":"]}`,
    String.raw`["\\" ]`,
  ])('finds none in %s', (text) => expect(hasEscapedKey(text)).toBe(false));

  it('terminates on any text', () => {
    fc.assert(
      fc.property(anyJson, fc.nat(), ({ raw }, end) => {
        expect(typeof hasEscapedKey(raw.slice(0, end % raw.length))).toBe('boolean');
      }),
    );
  });
});
