import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { stringifyJson } from '../../packages/client/src/json/stringifyJson.ts';
import { anyJson } from './jsonSamples.ts';

describe('JsonText', () => {
  it('has the value of its text, parsed once', () => {
    const json = new JsonText('{"b":1.0,"2":[2]}');
    expect(json.value).toEqual({ b: 1, 2: [2] });
    expect(json.value).toBe(json.value);
    expect(new JsonText('null').value).toBeNull();
    expect(JSON.stringify({ json })).toBe('{"json":{"2":[2],"b":1}}');
  });

  it('of a plain value equals JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        if (Object.is(value, -0)) return;
        expect(JsonText.of(value).text).toBe(JSON.stringify(value));
      }),
      { numRuns: 50 },
    );
    const json = new JsonText('1.0');
    expect(JsonText.of(json)).toBe(json);
    expect(JsonText.of(-0).text).toBe('-0');
  });

  it('refuses what JSON cannot represent, instead of writing null', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const refused = [
      undefined,
      () => 1,
      Symbol('s'),
      1n,
      Number.NaN,
      [Number.POSITIVE_INFINITY],
      cycle,
    ];
    for (const value of refused) expect(() => JsonText.of(value)).toThrow(TypeError);
    expect(JsonText.of({ a: new JsonText('1e400'), b: null }).text).toBe('{"a":1e400,"b":null}');
  });
});

describe('stringifyJson', () => {
  it('writes each JsonText verbatim, wherever it is', () => {
    fc.assert(
      fc.property(fc.array(anyJson), (samples) => {
        const texts = samples.map(({ normal }) => new JsonText(normal));
        const normals = samples.map(({ normal }) => normal);
        expect(stringifyJson(texts)).toBe(`[${normals.join()}]`);
        const members = normals.map((normal, at) => `"k${at}":{"json":${normal},"at":${at}}`);
        const object = Object.fromEntries(texts.map((json, at) => [`k${at}`, { json, at }]));
        expect(stringifyJson(object)).toBe(`{${members.join()}}`);
      }),
    );
    expect(stringifyJson(new JsonText('{"b":1.0,"2":2}'))).toBe('{"b":1.0,"2":2}');
  });

  it('writes everything else like JSON.stringify', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withDate: true }), (value) => {
        let plain: string | undefined;
        try {
          plain = JSON.stringify(value);
        } catch {
          // The next test covers what JSON.stringify refuses.
        }
        if (plain === undefined) expect(() => stringifyJson(value)).toThrow();
        else expect(stringifyJson(value)).toBe(plain);
      }),
      { numRuns: 1000 },
    );
  });

  it('mistakes no string for the placeholder of a JsonText', () => {
    const json = new JsonText(String.raw`["\\/","\"\\/\""]`);
    const lookalikes = fc.array(fc.constantFrom('"', '\\', '/', '\\/', '"\\/"'), { maxLength: 8 });
    fc.assert(
      fc.property(lookalikes, (parts) => {
        const text = parts.join('');
        const quoted = JSON.stringify(text);
        expect(stringifyJson({ text, json, [text]: [json, text] })).toBe(
          text === 'text'
            ? ''
            : `{"text":${quoted},"json":${json.text},${quoted}:[${json.text},${quoted}]}`,
        );
      }),
      { numRuns: 1000 },
    );
    expect(stringifyJson([new JsonText(String.raw`"\/"`), json])).toBe(
      String.raw`["\/",["\\/","\"\\/\""]]`,
    );
  });

  it('is reentrant, and works after a failure', () => {
    const json = new JsonText('1.0');
    const failing = { json, toFail: 1n };
    expect(() => stringifyJson(failing)).toThrow(TypeError);
    const inner = { toJSON: () => stringifyJson({ json }) };
    expect(stringifyJson([json, inner, json])).toBe(String.raw`[1.0,"{\"json\":1.0}",1.0]`);
    const outOfTurn = { toJSON: () => JSON.stringify({ json }) };
    expect(() => stringifyJson([json, outOfTurn])).toThrow('out of turn');
    expect(JSON.stringify(json)).toBe('1');
  });
});
