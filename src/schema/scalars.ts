import { JsonText, jsonTextOf } from '@holdpoint/client/json';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { builder } from './builder.ts';
import { jsonOfAst } from './jsonOfAst.ts';

const instant = z.iso.datetime({ offset: true });

builder.scalarType('DateTime', {
  description:
    'An instant, RFC 3339 in UTC with milliseconds: 2026-11-21T10:00:00.000Z. Other offsets are accepted; digits beyond milliseconds are refused, as they would be lost.',
  serialize: (date) => (date as Date).toISOString(),
  parseValue(value) {
    const text = instant.safeParse(value);
    const fraction = /\.(\d+)/.exec(String(value))?.[1] ?? '';
    if (text.success && fraction.length <= 3) {
      const date = new Date(text.data);
      // An offset can lead out of the years that RFC 3339 can write.
      if (/^\d{4}-/.test(date.toISOString())) return date;
    }
    throw new GraphQLError(
      `DateTime must be an instant such as "2026-11-21T10:00:00.000Z", not ${JSON.stringify(value)?.slice(0, 100)}`,
    );
  },
});

builder.scalarType('JSON', {
  description:
    'Any JSON value, null included. What was sent is what comes back: key order and the digits of numbers are kept.',
  serialize: (json) => json as JsonText,
  parseValue: (value) => (value instanceof JsonText ? value : jsonTextOf(value)),
  parseLiteral: (node, variables) => jsonOfAst(node, variables),
});
