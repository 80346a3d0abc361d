import { JsonText, jsonTextOf } from '@holdpoint/client/json';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { builder } from './builder.ts';
import { jsonOfAst } from './jsonOfAst.ts';

const instant = z.iso.datetime({ offset: true });

builder.scalarType('DateTime', {
  description:
    'An RFC 3339 timestamp in UTC with milliseconds, e.g. `2026-11-21T10:00:00.000Z`. Input may use another UTC offset, but not more than three fractional digits.',
  serialize: (date) => (date as Date).toISOString(),
  parseValue(value) {
    const text = instant.safeParse(value);
    const fraction = /\.(\d+)/.exec(String(value))?.[1] ?? '';
    if (text.success && fraction.length <= 3) {
      const date = new Date(text.data);
      // The offset can move the date outside the four-digit years of RFC 3339.
      if (/^\d{4}-/.test(date.toISOString())) return date;
    }
    throw new GraphQLError(
      `DateTime must be a timestamp such as "2026-11-21T10:00:00.000Z", not ${JSON.stringify(value)?.slice(0, 100)}`,
    );
  },
});

builder.scalarType('JSON', {
  description:
    'Any JSON value, including null. It is returned exactly as it was sent: key order and number digits are preserved.',
  serialize: (json) => json as JsonText,
  parseValue: (value) => (value instanceof JsonText ? value : jsonTextOf(value)),
  parseLiteral: (node, variables) => jsonOfAst(node, variables),
});
