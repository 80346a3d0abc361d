import fc from 'fast-check';
import {
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  graphqlSync,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import type { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { jsonTextOf, parseJson } from '../../packages/client/src/json/parseJson.ts';
import { stringifyJson } from '../../packages/client/src/json/stringifyJson.ts';
import { jsonOfAst } from '../../src/schema/jsonOfAst.ts';
import { anyJson } from './jsonSamples.ts';

const JsonScalar = new GraphQLScalarType<JsonText, JsonText>({
  name: 'JSON',
  parseValue: jsonTextOf,
  parseLiteral: jsonOfAst,
  serialize: (value) => value as JsonText,
});

const Input = new GraphQLInputObjectType({
  name: 'Input',
  fields: { payload: { type: JsonScalar } },
});

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      echo: {
        type: JsonScalar,
        args: { input: { type: Input }, version: { type: GraphQLInt } },
        resolve: (_root, { input }) => input.payload,
      },
    },
  }),
});

/** The response text to a request text, as sent over the wire. */
function answer(request: string): string {
  const { query, variables } = parseJson(request) as {
    query: string;
    variables?: Record<string, unknown>;
  };
  return stringifyJson(graphqlSync({ schema, source: query, variableValues: variables ?? null }));
}

describe('a JSON scalar made of these parts', () => {
  it('returns every object and array exactly, from literals and from variables', () => {
    const queries = {
      input: 'query ($v: Input) { echo(input: $v) }',
      payload: 'query ($v: JSON) { echo(input: { payload: $v }) }',
      inside: 'query ($v: JSON) { echo(input: { payload: { z: [1.0, $v], y: $v } }) }',
    };
    fc.assert(
      fc.property(anyJson, ({ raw, normal }) => {
        const asked = (query: string, variable: string) =>
          answer(`{"query": ${JSON.stringify(query)}, "variables": {"v": ${variable}}}`);
        const expected = `{"data":{"echo":[${normal}]}}`;
        expect(asked(queries.input, `{"payload": [${raw}] }`)).toBe(expected);
        expect(asked(queries.payload, `[${raw}]`)).toBe(expected);
        expect(asked(queries.inside, `[${raw}]`)).toBe(
          `{"data":{"echo":{"z":[1.0,[${normal}]],"y":[${normal}]}}}`,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('refuses an inexact number for an Int, instead of rounding it', () => {
    const query = 'query ($v: Int) { echo(version: $v) }';
    const text = answer(`{"query":"${query}","variables":{"v":1.00000000000000000001}}`);
    expect(text).toContain('Int cannot represent non-integer value');
  });
});
