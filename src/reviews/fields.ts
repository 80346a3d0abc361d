import { JsonText, jsonProblems } from '@holdpoint/client/json';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { id, text } from '../input.ts';
import { checkCondition } from '../policy/condition.ts';
import { describe } from '../policy/expression/position.ts';

const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_DETAIL_CHARACTERS = 10_000;
export const MAX_INSTRUCTIONS_CHARACTERS = 100_000;
const MAX_PAYLOAD_CHARACTERS = 1_000_000;
/** Far more than a person can read, and well within PostgreSQL's limits. */
const MAX_PAYLOAD_DEPTH = 100;
const MAX_INTEGER = 2_147_483_647;

export const idempotencyKey = id.nullish().transform((value) => value ?? null);

const MAX_CONSUMERS = 20;

/** Actors that may consume the approval besides the one that requested it, without duplicates. */
export const consumers = z
  .array(id)
  .max(MAX_CONSUMERS, {
    error: ({ input }) =>
      `must contain at most ${MAX_CONSUMERS} actors, not ${(input as unknown[]).length}`,
  })
  .nullish()
  .transform((actors) => [...new Set(actors)]);

export const graphVersion = z
  .int()
  .min(0, { error: ({ input }) => `must be 0 or more, not ${input}` })
  .max(MAX_INTEGER);

export const positiveCount = z
  .int()
  .min(1, { error: ({ input }) => `must be 1 or more, not ${input}` })
  .max(MAX_INTEGER);

/** A blank message becomes null. */
export const message = text(MAX_MESSAGE_CHARACTERS)
  .nullish()
  .transform((value) => (value?.trim() ? value : null));

/** Details of an outcome. Blank becomes null. */
export const detail = text(MAX_DETAIL_CHARACTERS)
  .nullish()
  .transform((value) => (value?.trim() ? value : null));

export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, {
  error: ({ input }) =>
    `must be "sha256:" and 64 lowercase hex digits, not ${JSON.stringify(String(input).slice(0, 100))}`,
});

export const instructions = text(MAX_INSTRUCTIONS_CHARACTERS)
  .nullish()
  .transform((value) => value ?? null);

/** RFC 8785. */
export const canonicalJson = (value: object): string =>
  canonicalize(value instanceof JsonText ? value.value : value) as string;

const MAX_HEADLINE_CHARACTERS = 200;
const MAX_TAGS = 20;
const MAX_TAG_CHARACTERS = 64;

/** One line for lists and messages. Blank becomes null. */
export const headline = text(MAX_HEADLINE_CHARACTERS)
  .refine((value) => !/[\r\n]/.test(value), 'must be one line')
  .nullish()
  .transform((value) => (value?.trim() ? value : null));

export const risk = z
  .enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])
  .nullish()
  .transform((value) => value ?? null);

/** Without duplicates. */
export const tags = z
  .array(text(MAX_TAG_CHARACTERS).min(1, 'must not be empty'))
  .max(MAX_TAGS, {
    error: ({ input }) =>
      `must contain at most ${MAX_TAGS} tags, not ${(input as unknown[]).length}`,
  })
  .nullish()
  .transform((values) => [...new Set(values)]);

export const kind = z
  .enum(['ACTION', 'QUESTION'])
  .nullish()
  .transform((value) => value ?? 'ACTION');

const MAX_LINKS = 10;
const MAX_URL_CHARACTERS = 2_000;

const link = z.object({
  title: text(MAX_HEADLINE_CHARACTERS).refine((title) => title.trim() !== '', 'must not be blank'),
  url: text(MAX_URL_CHARACTERS).refine(isHttps, {
    error: ({ input }) =>
      `must be an address that begins with https://, not ${JSON.stringify(String(input).slice(0, 100))}`,
  }),
});

function isHttps(url: string): boolean {
  return url.startsWith('https://') && URL.canParse(url);
}

/** Where more can be read, as canonical JSON. Null without any. */
export const links = z
  .array(link)
  .max(MAX_LINKS, {
    error: ({ input }) =>
      `must contain at most ${MAX_LINKS} links, not ${(input as unknown[]).length}`,
  })
  .nullish()
  .transform((values) => (values?.length ? canonicalJson(values) : null));

const DECISIONS = ['APPROVE', 'REJECT', 'ANSWER', 'REQUEST_CHANGES'] as const;
export type DecisionName = (typeof DECISIONS)[number];
export const decisionName = z.enum(DECISIONS);

/** What the agent can deal with. Empty: the usual. */
export const allowedDecisions = z
  .array(decisionName)
  .nullish()
  .transform((values) => [...new Set(values)].sort());

/** RFC 6901. */
const pointer = text(MAX_DETAIL_CHARACTERS)
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, {
    error: ({ input }) =>
      `must be a JSON pointer such as /items/0/price, not ${JSON.stringify(String(input).slice(0, 100))}`,
  })
  .nullish()
  .transform((value) => value ?? null);

/** A comment on a review, or on a place in its payload. */
export const comment = z.object({
  text: text(MAX_MESSAGE_CHARACTERS).refine((value) => value.trim() !== '', 'must not be blank'),
  pointer,
});

/** The condition of a standing approval, in CEL. */
export const condition = z
  .string()
  .superRefine((value, { addIssue }) => {
    const problem = checkCondition(value);
    if (problem) addIssue({ code: 'custom', message: describe(problem, value) });
  })
  .nullish()
  .transform((value) => value ?? null);

const jsonNull = new JsonText('null');

const payloadLimits = { maxCharacters: MAX_PAYLOAD_CHARACTERS, maxDepth: MAX_PAYLOAD_DEPTH };

const json = z.instanceof(JsonText).superRefine((value, { addIssue }) => {
  for (const { path, message } of jsonProblems(value, payloadLimits)) {
    addIssue({ code: 'custom', message, path: path === '' ? [] : [path] });
  }
});

/** Absent or null means none. */
export const optionalJson = z
  .preprocess((value) => value ?? undefined, json.optional())
  .transform((value) => value ?? null);

/** An agent's payload. Absent means null. */
export const payload = z.preprocess((value) => value ?? jsonNull, json);

/**
 * A reviewer's edit. Absent means no edit; null replaces the payload with null. Whether it may nest
 * this deep depends on the payload: see checkEdits.
 */
export const edit = z.preprocess((value) => (value === null ? jsonNull : value), json.optional());
