import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InexactNumber } from '../../packages/client/src/json/inexactNumber.ts';
import { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { jsonTextOf, parseJson } from '../../packages/client/src/json/parseJson.ts';
import { anyJson, hexEscape, type JsonSample, numberText } from './jsonSamples.ts';

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof InexactNumber);
}

function expectExact(value: unknown, sample: JsonSample): void {
  if (!isContainer(value)) return;
  expect(jsonTextOf(value).text).toBe(sample.normal);
  expect(new Set(Reflect.ownKeys(value))).toEqual(
    new Set([...[...sample.parts.keys()].map(String), ...(Array.isArray(value) ? ['length'] : [])]),
  );
  for (const [key, part] of sample.parts) expectExact(value[key], part);
}

/** The same value with each InexactNumber rounded, as JSON.parse would. */
function rounded(value: unknown): unknown {
  if (value instanceof InexactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(rounded);
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member)]));
}

/** A decimal as an exact integer and a power of ten, without trailing zeros. */
function exactly(text: string): string {
  const {
    whole = '',
    part = '',
    power = '0',
  } = /^(?<whole>-?\d+)(?:\.(?<part>\d+))?(?:[eE](?<power>[+-]?\d+))?$/.exec(text)?.groups ?? {};
  let digits = BigInt(whole + part);
  let exponent = BigInt(power) - BigInt(part.length);
  if (digits === 0n) return '0';
  for (; digits % 10n === 0n; digits /= 10n) exponent++;
  return `${digits}e${exponent}`;
}

describe('parseJson and jsonTextOf', () => {
  it('return every object and array in any JSON text exactly, in normal form', () => {
    fc.assert(
      fc.property(anyJson, fc.boolean(), (sample, innermostFirst) => {
        const root = parseJson(` ${sample.raw}\n`);
        if (innermostFirst && isContainer(root)) {
          for (const [key, part] of sample.parts) expectExact(root[key], part);
        }
        expectExact(root, sample);
      }),
      { numRuns: 2000 },
    );
  });

  it('return text in normal form unchanged, and each part of it', () => {
    fc.assert(
      fc.property(anyJson, (sample) => expectExact(parseJson(sample.normal), sample)),
      { numRuns: 1000 },
    );
  });

  it('read the value of the text, and so does JsonText', () => {
    fc.assert(
      fc.property(anyJson, ({ raw, normal, value }) => {
        expect(rounded(parseJson(raw))).toStrictEqual(value);
        expect(new JsonText(normal).value).toStrictEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('read escaped keys correctly, which JSON.parse of some versions of Node does not', () => {
    JSON.parse(String.raw`{"h":[],"\\":0}`);
    for (const key of ['"', '\n', '\nn', 'a', '\ud800', '\\']) {
      const written = hexEscape(key);
      const text = `{"h":1,"${written}":{"p":[ 1 ]}}`;
      const value = parseJson(text) as Record<string, { p: unknown }>;
      expect(Object.keys(value)).toEqual(['h', key]);
      expect(jsonTextOf(value[key]?.p).text).toBe('[1]');
      expect(new JsonText(text).value).toEqual({ h: 1, [key]: { p: [1] } });
    }
  });

  it('accept and refuse exactly what JSON.parse does', () => {
    const accepts = (parse: (text: string) => unknown, text: string) => {
      try {
        parse(text);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return false;
      }
    };
    const garbled = fc
      .tuple(
        anyJson,
        fc.nat(),
        fc.constantFrom('', ',', '"', '1', '}', ']', '\\', '\n', '//', '.', '-'),
      )
      .map(
        ([{ raw }, at, put]) =>
          raw.slice(0, at % raw.length) + put + raw.slice((at % raw.length) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(garbled, fc.string()), (text) => {
        expect(accepts(parseJson, text)).toBe(accepts(JSON.parse, text));
      }),
      { numRuns: 2000 },
    );
    expect(() => parseJson('{"a": tru}')).toThrow(/position \d+|Unexpected/);
  });

  it.each([
    ['{"b":1,"2":2, "1":[3, 4]}', '{"b":1,"2":2,"1":[3,4]}'],
    [
      '{"a":1.0,"b":1e3,"c":-0,"d":0.12345678901234567890}',
      '{"a":1.0,"b":1e3,"c":-0,"d":0.12345678901234567890}',
    ],
    ['{"a":{"x":1},"a":{"y":{"z":2}}}', '{"a":{"x":1},"a":{"y":{"z":2}}}'],
    [String.raw`{"a":1,"\u0061":2}`, '{"a":1,"a":2}'],
    [
      String.raw`{"__proto__":{"\u005f_proto__":1},"\/":"\u00e9"}`,
      '{"__proto__":{"__proto__":1},"/":"é"}',
    ],
    ['["\ud800","\\uD83D\\uDE00","\\uDFFF"]', String.raw`["\ud800","😀","\udfff"]`],
  ])('%s has the normal form %s', (raw, normal) => {
    expect(jsonTextOf(parseJson(raw)).text).toBe(normal);
  });

  it('make __proto__ an own property, and leave the prototype alone', () => {
    for (const number of ['1', '1e400']) {
      const value = parseJson(`{"a":{"__proto__":{"admin":${number}}}}`) as { a: object };
      expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype);
      expect(Object.keys(value.a)).toEqual(['__proto__']);
      expect('admin' in value.a).toBe(false);
    }
  });

  it('take the last of two duplicate keys, with its text', () => {
    const value = parseJson('{"a":{"p":[1 ]},"a":{"q":0,"p":[2, {"r":3}]}, "b":[]}') as {
      a: { p: unknown[] };
    };
    expect(jsonTextOf(value.a).text).toBe('{"q":0,"p":[2,{"r":3}]}');
    expect(jsonTextOf(value.a.p).text).toBe('[2,{"r":3}]');
    expect(jsonTextOf(value.a.p[1]).text).toBe('{"r":3}');
    expect(parseJson('{"a":1e400,"a":2}')).toEqual({ a: 2 });
    expect(parseJson('{"a":2,"a":1e400}')).toEqual({ a: new InexactNumber('1e400') });
  });

  it('return a number on its own as the same number, however it is written', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const { text: back } = jsonTextOf(parseJson(text));
        expect(exactly(back)).toBe(exactly(text));
        expect(jsonTextOf(parseJson(`{"a":[${text}]}`)).text).toBe(`{"a":[${text}]}`);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '0',
    '-0',
    '1.0',
    '1e3',
    '-1.5E-7',
    '0.1',
    '1.5e300',
    '9007199254740991',
    '1.7976931348623157e308',
  ])('read %s as an ordinary number', (text) => expect(parseJson(text)).toBe(Number(text)));

  it.each([
    ...['9007199254740992', '-9007199254740993', '9007199254740993.0', '1e400', '-1e400', '1e-400'],
    ...[
      '0.12345678901234567890',
      '123456789012345678901234567890',
      '1e20',
      '1.0000000000000000001',
    ],
  ])('keep the digits of %s, which no double represents', (text) => {
    for (const value of [
      parseJson(text),
      (parseJson(`{"a":[ ${text}]}`) as { a: [unknown] }).a[0],
    ]) {
      expect(value).toStrictEqual(new InexactNumber(text));
      expect(jsonTextOf(value).text).toBe(text);
      expect(JSON.stringify({ value })).toBe(`{"value":${text}}`);
    }
  });

  it('refuse a million nested brackets quickly, without a stack overflow', () => {
    const many = 1_000_000;
    const started = performance.now();
    for (const text of [
      '['.repeat(many),
      '{"a":'.repeat(many),
      '['.repeat(many) + ']'.repeat(many),
      `{"query":"[[{{\\"[[","variables":${'[['.repeat(many)}`,
    ]) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
      expect(() => parseJson(text)).toThrow('nested deeper than 256 levels');
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('read 256 levels, and any number of brackets side by side or in strings', () => {
    const deep = (levels: number) => `${'[ '.repeat(levels)}1e400${' ]'.repeat(levels)}`;
    expect(jsonTextOf(parseJson(deep(256))).text).toBe(deep(256).replaceAll(' ', ''));
    expect(() => parseJson(deep(257))).toThrow(SyntaxError);
    const wide = `[${Array(5000).fill('{"a\\"[":"{[\\\\"}').join()}]`;
    expect(jsonTextOf(parseJson(wide)).text).toBe(wide);
    const text = JSON.stringify('[{"'.repeat(1000));
    expect(parseJson(text)).toBe('[{"'.repeat(1000));
  });

  it('keep a value of a megabyte exactly', () => {
    const members = Array.from(
      { length: 20_000 },
      (_, at) => `"${(at * 7919) % 20_000}": [${at}.0, "é\\u0041 \\n"]`,
    );
    const raw = `{"payload": {${members.join(', ')}}}`;
    const { payload } = parseJson(raw) as { payload: object };
    const { text } = jsonTextOf(payload);
    expect(text).toBe(
      `{${members.join().replaceAll(': ', ':').replaceAll(', ', ',').replaceAll('\\u0041', 'A')}}`,
    );
    expect(text.length).toBeGreaterThan(400_000);
    const long = 'x'.repeat(1_000_000);
    expect(jsonTextOf(parseJson(`{"a": "${long}"}`)).text).toBe(`{"a":"${long}"}`);
  });

  it('write a plain value like JSON.stringify, and a JsonText verbatim', () => {
    const own = new JsonText('{"b":1,"2":2}');
    expect(jsonTextOf(own)).toBe(own);
    expect(jsonTextOf({ a: [own, undefined], b: undefined, c: null }).text).toBe(
      '{"a":[{"b":1,"2":2},null],"c":null}',
    );
    expect(jsonTextOf('\ud800"').text).toBe(String.raw`"\ud800\""`);
    expect(() => jsonTextOf(undefined)).toThrow(TypeError);
  });
});
