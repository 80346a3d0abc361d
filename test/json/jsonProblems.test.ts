import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonProblems } from '../../packages/client/src/json/jsonProblems.ts';
import { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { jsonTextOf, parseJson } from '../../packages/client/src/json/parseJson.ts';
import { anyJson, numberText } from './jsonSamples.ts';

const limits = { maxCharacters: 1_000_000, maxDepth: 10 };

function check(raw: string) {
  return jsonProblems(jsonTextOf(parseJson(raw)), limits);
}

function paths(raw: string): string[] {
  return check(raw).map(({ path }) => path);
}

describe('jsonProblems', () => {
  it.each([
    ...[
      'null',
      '0',
      '-0',
      '1.0',
      '1e3',
      '1e20',
      '1.5e300',
      '0.12345678901234568',
      '0.10',
      '100.00e-1',
      '""',
      '{}',
      '[]',
    ],
    ...['9007199254740991', '-9007199254740991', '0e400', '0.000e-999', '5e-324'],
    ...[
      '{"__proto__":{"constructor":1}}',
      '{"":1," ":2}',
      '"\\ud83d\\ude00"',
      '{"a":{"b":1},"b":{"b":1}}',
    ],
  ])('accepts %s, alone and inside', (raw) => {
    expect(check(raw)).toEqual([]);
    expect(check(`{"a":[${raw}]}`)).toEqual([]);
  });

  it.each([
    ['9007199254740992', /integer beyond/],
    ['-9007199254740992', /integer beyond/],
    ['123456789012345678901234567890', /send it as text/],
    ['1e400', /too large/],
    ['-1e400', /too large/],
    ['1e-400', /reads it as 0:/],
    ['-0.001e-999', /reads it as 0:/],
    ['9007199254740993.0', /reads it as 9007199254740992:/],
    ['0.1000000000000000055', /reads it as 0\.1:/],
    ['0.12345678901234567890', /reads it as 0\.12345678901234568:/],
    ['1.00000000000000000001e20', /not exact as a double/],
    ['"a\\u0000"', /NUL/],
    ['"\ud800"', /surrogate/],
    ['"\\udc00x"', /surrogate/],
  ])('refuses %s, alone and nested, with its path', (raw, message) => {
    expect(check(raw)).toEqual([{ path: '', message: expect.stringMatching(message) }]);
    expect(check(`{"a":[1,{"b":${raw},"c":{}}]}`)).toEqual([
      { path: 'a.1.b', message: expect.stringMatching(message) },
    ]);
  });

  it('refuses bad keys and duplicate keys, however they are escaped', () => {
    expect(check('{"a":1,"b":{"\\u0061":2,"a":{},"a":[]}}')).toEqual([
      { path: 'b.a', message: 'the key is there twice' },
      { path: 'b.a', message: 'the key is there twice' },
    ]);
    expect(paths('{"__proto__":1,"__proto__":1}')).toEqual(['__proto__']);
    expect(paths('[{"x\\u0000":1},{"\\udfff":"\\udfff"}]')).toEqual([
      '0.x\0',
      '1.\udfff',
      '1.\udfff',
    ]);
  });

  it('accepts ten nested arrays or objects, and refuses eleven', () => {
    const arrays = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    expect(check(arrays(10))).toEqual([]);
    expect(check(objects(10))).toEqual([]);
    expect(check(arrays(11))).toEqual([
      { path: '0.0.0.0.0.0.0.0.0.0', message: 'nested deeper than 10 levels' },
    ]);
    expect(paths(objects(200))).toEqual(['a.a.a.a.a.a.a.a.a.a']);
    expect(paths(`[${arrays(9)},${arrays(10)},${arrays(9)},1e400]`)).toEqual([
      '1.0.0.0.0.0.0.0.0.0',
      '3',
    ]);
  });

  it('checks nothing inside a value that is nested too deep, and continues after it', () => {
    const tooDeep = `${'['.repeat(10)}{"a":1,"a":[1e400,2]},"\\u0000"${']'.repeat(10)}`;
    expect(paths(`[0,${tooDeep},0,1e400]`)).toEqual(['1.0.0.0.0.0.0.0.0.0', '3']);
  });

  it('names the number of characters and the limit', () => {
    const text = JSON.stringify('x'.repeat(999_998));
    expect(check(text)).toEqual([]);
    expect(check(`${text.slice(0, -1)}é"`)).toEqual([
      { path: '', message: '1000001 characters of JSON, more than 1000000' },
    ]);
  });

  it('stops after 20 problems, and keeps paths short', () => {
    expect(check(`[${Array(50).fill('1e400').join()}]`)).toHaveLength(20);
    const key = 'k'.repeat(10_000);
    expect(paths(`{"${key}":[1e400,1e400]}`).map((path) => path.length)).toEqual([203, 203]);
    const eighteen = Array(18).fill('1e400').join();
    expect(check(`[${eighteen},{"\\u0000":1,"\\u0000":2}]`)).toHaveLength(20);
  });

  it('accepted text survives JSON.parse, apart from digits beyond those of a double', () => {
    fc.assert(
      fc.property(anyJson, ({ normal }) => {
        const json = new JsonText(normal);
        if (jsonProblems(json, limits).length > 0) return;
        expect(JSON.stringify(json.value)).not.toMatch(/\\ud[89a-f]|\\u0000/);
        expect(JSON.stringify(json.value).includes('null')).toBe(normal.includes('null'));
      }),
      { numRuns: 1000 },
    );
  });

  it('checks a number on its own as it checks one inside an array', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const alone = check(text).map(({ message }) => message);
        expect(check(`[${text}]`).map(({ message }) => message)).toEqual(alone);
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws, and takes linear time', () => {
    fc.assert(fc.property(fc.string(), (text) => void jsonProblems(new JsonText(text), limits)));
    const started = performance.now();
    const many = 500_000;
    jsonProblems(new JsonText('['.repeat(many) + ']'.repeat(many)), limits);
    jsonProblems(new JsonText(`[${'1,'.repeat(many)}1]`), limits);
    jsonProblems(new JsonText(`["${'\\\\'.repeat(many)}"]`), limits);
    jsonProblems(new JsonText(`[0.${'0'.repeat(many)}1]`), limits);
    const keys = Array.from({ length: 100_000 }, (_, at) => `"${at}":0`);
    jsonProblems(new JsonText(`{${keys.join()}}`), limits);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
