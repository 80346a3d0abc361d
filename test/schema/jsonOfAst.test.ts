import fc from 'fast-check';
import { GraphQLError, parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { jsonProblems } from '../../packages/client/src/json/jsonProblems.ts';
import { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { parseJson } from '../../packages/client/src/json/parseJson.ts';
import { jsonOfAst } from '../../src/schema/jsonOfAst.ts';
import { numberText } from '../json/jsonSamples.ts';

function textOf(literal: string, variables?: Record<string, unknown> | null): string {
  return jsonOfAst(parseValue(literal), variables).text;
}

describe('jsonOfAst', () => {
  it.each([
    ['{b: 1, a: 1.0, c: [null, true, -0, 1e400]}', '{"b":1,"a":1.0,"c":[null,true,-0,1e400]}'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['{__proto__: {_: []}, a: 1, a: {}}', '{"__proto__":{"_":[]},"a":1,"a":{}}'],
    [String.raw`"\u0000 \u{1F600} \/ \""`, String.raw`"\u0000 😀 / \""`],
    ['"""\n  two\n    lines\n"""', String.raw`"two\n  lines"`],
  ])('%s is %s', (literal, text) => {
    expect(textOf(literal)).toBe(text);
  });

  it('preserves every number as written', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        expect(textOf(`[${text}]`)).toBe(`[${text}]`);
      }),
    );
  });

  it('inserts variables exactly, also inside other values', () => {
    const { input } = parseJson('{"input": {"b": 1.0, "2": [1e400]}}') as { input: unknown };
    const big = parseJson('9007199254740993');
    const variables = { input, big, json: new JsonText('{"z":1,"1":2}'), n: null, s: 'a"', f: 0 };
    expect(textOf('{i: $input, l: [$big, $json, $n], s: $s, f: $f}', variables)).toBe(
      String.raw`{"i":{"b":1.0,"2":[1e400]},"l":[9007199254740993,{"z":1,"1":2},null],"s":"a\"","f":0}`,
    );
    const coerced = Object.assign(Object.create(null), { held: { json: variables.json } });
    expect(textOf('[$held]', coerced)).toBe('[{"json":{"z":1,"1":2}}]');
  });

  it('writes an undefined variable as null in a list and omits it from an object', () => {
    for (const variables of [undefined, null, {}, { a: undefined }]) {
      expect(textOf('{x: [$a, 1], y: $a, z: {y: $a}}', variables)).toBe('{"x":[null,1],"z":{}}');
      expect(textOf('[$constructor, $toString]', variables)).toBe('[null,null]');
    }
    expect(() => textOf('[$__proto__]', {})).toThrow(GraphQLError);
  });

  it('rejects enum values and extreme nesting', () => {
    expect(() => textOf('{a: [YES]}')).toThrow(/"YES"/);
    expect(() => textOf('{a: [YES]}')).toThrow(GraphQLError);
    expect(textOf('['.repeat(256) + ']'.repeat(256))).toHaveLength(512);
    expect(() => textOf('['.repeat(257) + ']'.repeat(257))).toThrow(GraphQLError);
  });

  it('keeps duplicate fields, so that jsonProblems can reject them', () => {
    const json = jsonOfAst(parseValue('{a: {b: 1, b: 2}}'));
    expect(jsonProblems(json, { maxCharacters: 100, maxDepth: 10 })).toEqual([
      { path: 'a.b', message: 'the key is there twice' },
    ]);
  });
});
