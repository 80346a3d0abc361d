import { hash } from 'node:crypto';
import type { JsonText } from '@holdpoint/client/json';
import canonicalize from 'canonicalize';
import type { Review } from './review.ts';

/** What a decision is about: every field of the request, the payload's digest, and the number of this ask. */
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
> & { payloadDigest: string };

type Member = {
  name: keyof Subject;
  /** SQL: the value as JSON text; null where the member is left out. */
  json: (column: string) => string;
};

const text = (column: string) => `to_json(${column})::text`;
const plain = (column: string) => `${column}::text`;
const instant = (column: string) =>
  `'"' || to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"'`;
const list = (column: string) => `array_to_json(nullif(${column}, '{}'))::text`;

/**
 * In the order of RFC 8785, which sorts by name. A member that is null or empty is left out of the digest, so that a
 * member added later does not change the digests of requests without it.
 */
const members: Member[] = [
  { name: 'askId', json: (column) => text(`${column}::text`) },
  { name: 'consumers', json: list },
  { name: 'editable', json: plain },
  { name: 'expiresAt', json: instant },
  { name: 'graphExecId', json: text },
  { name: 'graphId', json: text },
  { name: 'graphVersion', json: plain },
  { name: 'instructions', json: text },
  { name: 'nodeExecId', json: text },
  { name: 'nodeId', json: text },
  { name: 'payloadDigest', json: text },
  { name: 'requestedBy', json: text },
  { name: 'userId', json: text },
];

/** `sha256:` and the hex of the SHA-256 of the subject's canonical JSON (RFC 8785). */
export function subjectDigest(subject: Subject): string {
  const present = members.flatMap(({ name }) => {
    const value = subject[name];
    return value === null || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]];
  });
  return `sha256:${hash('sha256', canonicalize(Object.fromEntries(present)) ?? '')}`;
}

/**
 * SQL: the same, of the review in `alias`.
 * @param payloadDigest SQL: the digest of its payload; where that is null, so is the result
 */
export function subjectDigestSql(alias: string, payloadDigest: string): string {
  const parts = members.map(({ name, json }, at) => {
    const column = name === 'payloadDigest' ? payloadDigest : `${alias}."${name}"`;
    // A null operand makes the whole part null, which concat leaves out.
    return `'${at === 0 ? '{' : ','}"${name}":' || ${json(column)}`;
  });
  return `CASE WHEN ${payloadDigest} IS NOT NULL THEN
    'sha256:' || encode(sha256(convert_to(concat(${parts.join(', ')}, '}'), 'UTF8')), 'hex') END`;
}

/**
 * `sha256:` and the hex of the SHA-256 of a payload's canonical JSON (RFC 8785), which any library of that standard
 * computes too: neither the order of keys nor the spelling of a number matters, and a number counts as the double that it
 * reads as. Text that has no canonical form (half of a surrogate pair, a number beyond every double) can only have been
 * written by hand: it stands for itself.
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
