import { hash } from 'node:crypto';
import type { JsonText } from '@holdpoint/client/json';
import canonicalize from 'canonicalize';
import type { Review } from './review.ts';

/** What a decision covers: all fields of the request, the payload's digest, and `askId`. */
export type Subject = Pick<
  Review,
  | 'userId'
  | 'nodeExecId'
  | 'graphExecId'
  | 'graphId'
  | 'graphVersion'
  | 'nodeId'
  | 'instructions'
  | 'editable'
  | 'requestedBy'
  | 'consumers'
  | 'expiresAt'
  | 'askId'
  | 'headline'
  | 'risk'
  | 'tags'
  | 'kind'
  | 'reversible'
  | 'links'
  | 'answerSchema'
  | 'allowedDecisions'
> & { payloadDigest: string };

type Member = {
  name: keyof Subject;
  /** SQL: the value as JSON text. Null if the member is left out. */
  json: (column: string) => string;
};

const text = (column: string) => `to_json(${column})::text`;
const plain = (column: string) => `${column}::text`;
/** SQL: a time in ISO 8601, as JavaScript writes it. */
export const instantSql = (time: string): string =>
  `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const instant = (column: string) => `'"' || ${instantSql(column)} || '"'`;
const list = (column: string) => `array_to_json(nullif(${column}, '{}'))::text`;
/** Stored as canonical JSON. */
const canonical = (column: string) => column;

/**
 * Sorted by name, as RFC 8785 requires. Members that are null or empty are left out, so that a
 * member that is added later does not change the digests of requests without it.
 */
const members: Member[] = [
  { name: 'allowedDecisions', json: list },
  { name: 'answerSchema', json: canonical },
  { name: 'askId', json: (column) => text(`${column}::text`) },
  { name: 'consumers', json: list },
  { name: 'editable', json: plain },
  { name: 'expiresAt', json: instant },
  { name: 'graphExecId', json: text },
  { name: 'graphId', json: text },
  { name: 'graphVersion', json: plain },
  { name: 'headline', json: text },
  { name: 'instructions', json: text },
  { name: 'kind', json: (column) => `'"' || nullif(${column}, 'ACTION') || '"'` },
  { name: 'links', json: canonical },
  { name: 'nodeExecId', json: text },
  { name: 'nodeId', json: text },
  { name: 'payloadDigest', json: text },
  { name: 'requestedBy', json: text },
  { name: 'reversible', json: plain },
  { name: 'risk', json: (column) => text(`${column}::text`) },
  { name: 'tags', json: list },
  { name: 'userId', json: text },
];

function memberValue(subject: Subject, name: keyof Subject): unknown {
  const value = subject[name];
  if (name === 'kind') return value === 'ACTION' ? null : value;
  const isJson = name === 'links' || name === 'answerSchema';
  return isJson && typeof value === 'string' ? JSON.parse(value) : value;
}

/** @returns `sha256:` and the hex SHA-256 of the subject's canonical JSON (RFC 8785) */
export function subjectDigest(subject: Subject): string {
  const present = members.flatMap(({ name }) => {
    const value = memberValue(subject, name);
    return value === null || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]];
  });
  return `sha256:${hash('sha256', canonicalize(Object.fromEntries(present)) ?? '')}`;
}

/**
 * SQL: the `subjectDigest` of the review in `alias`.
 * @param payloadDigest SQL: the digest of its payload. If it is null, so is the result
 */
export function subjectDigestSql(alias: string, payloadDigest: string): string {
  const parts = members.map(({ name, json }) => {
    const column = name === 'payloadDigest' ? payloadDigest : `${alias}."${name}"`;
    // A null operand makes the whole part null, and concat skips it.
    return `',"${name}":' || ${json(column)}`;
  });
  return `CASE WHEN ${payloadDigest} IS NOT NULL THEN
    'sha256:' || encode(sha256(convert_to(
      concat('{', substr(concat(${parts.join(', ')}), 2), '}'), 'UTF8')), 'hex') END`;
}

/**
 * The digest of a payload, independent of key order and of how numbers are written. Text that has
 * no canonical form (unpaired surrogates, numbers too large for a double) can only have been
 * written directly in the database, and is hashed as it is.
 * @returns `sha256:` and the hex SHA-256 of the payload's canonical JSON (RFC 8785)
 */
export function payloadDigest(payload: JsonText): string {
  return `sha256:${hash('sha256', canonicalForm(payload) ?? payload.text)}`;
}

function canonicalForm({ value }: JsonText): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}
