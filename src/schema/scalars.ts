import { JsonText, jsonTextOf } from '@holdpoint/client/json';
import { builder } from './builder.ts';
import { jsonOfAst } from './jsonOfAst.ts';
import { readDateTime } from './readDateTime.ts';

builder.scalarType('DateTime', {
  description:
    'An RFC 3339 timestamp in UTC with milliseconds, e.g. `2026-11-21T10:00:00.000Z`. Input may use another UTC offset, lower-case letters, or leave out the seconds, but must not be more precise than a millisecond.',
  serialize: (date) => (date as Date).toISOString(),
  parseValue: readDateTime,
});

builder.scalarType('JSON', {
  description:
    'Any JSON value, including null. It is returned exactly as it was sent: key order and number digits are preserved.',
  serialize: (json) => json as JsonText,
  parseValue: (value) => (value instanceof JsonText ? value : jsonTextOf(value)),
  parseLiteral: (node, variables) => jsonOfAst(node, variables),
});
