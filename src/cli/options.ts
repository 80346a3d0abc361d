import { availableParallelism } from 'node:os';
import { endpointOf } from '@holdpoint/client';
import { InvalidArgumentError } from 'commander';
import {
  DecisionSource,
  PolicyMode,
  ReviewEventKind,
  ReviewKind,
  ReviewStatus,
  Risk,
} from '../database/generated/prisma/enums.ts';
import { parseDuration } from '../duration.ts';
import { isReservedActor, isScope, type Scope, scopes } from '../identity/viewer.ts';
import type { Effect } from '../policy/rule.ts';

// Parsers of option values. Commander adds the name of the option to their messages.

const MAX_ID_CHARACTERS = 255;

export function parseId(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  if (text.length <= MAX_ID_CHARACTERS) return text;
  throw new InvalidArgumentError(`It must have at most ${MAX_ID_CHARACTERS} characters.`);
}

export function parseActor(text: string): string {
  const actor = parseId(text);
  if (!isReservedActor(actor)) return actor;
  throw new InvalidArgumentError('It is reserved for the service itself.');
}

export function collectScopes(text: string, previous: Scope[] = []): Scope[] {
  if (isScope(text)) return [...previous, text];
  throw new InvalidArgumentError(`It must be one of ${scopes.join(', ')}.`);
}

/** Returns 'never' instead of null, which Commander takes for a missing value. */
export function parseExpiry(text: string): number | 'never' {
  if (text === 'never') return text;
  const duration = parseDuration(text);
  if (duration !== null) return duration;
  throw new InvalidArgumentError('It must be a time such as 45m, 12h or 30d, or never.');
}

export function parseTime(text: string): number {
  const duration = parseDuration(text);
  if (duration !== null) return duration;
  throw new InvalidArgumentError('It must be a time such as 45m, 12h or 30d.');
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a port from 0 to 65535.');
}

/** Returns the number of worker processes. */
export function parseWorkers(text: string): number {
  if (text === 'max') return availableParallelism();
  const workers = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  if (workers > 0) return workers;
  throw new InvalidArgumentError('It must be a number from 1 to 999, or max.');
}

export function parseUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return endpointOf(text);
  throw new InvalidArgumentError(
    'It must be an http:// or https:// URL such as http://127.0.0.1:4000.',
  );
}

/** The URL of another service, as it is. */
export function parseServerUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It must be an http:// or https:// URL.');
}

export function parseName(text: string): string {
  if (/^[\w.-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 100 letters, digits, dots, hyphens and _.');
}

export const collect = (text: string, previous: string[] = []): string[] => [...previous, text];

export function collectKinds(text: string, previous: ReviewEventKind[] = []): ReviewEventKind[] {
  const kinds = Object.values(ReviewEventKind);
  const kind = kinds.find((known) => known === text.toUpperCase());
  if (kind) return [...previous, kind];
  throw new InvalidArgumentError(`It must be one of ${kinds.join(', ')}.`);
}

const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (text: string): Value => {
    const value = values.find((known) => known === text.toUpperCase());
    if (value) return value;
    throw new InvalidArgumentError(`It must be one of ${values.join(', ').toLowerCase()}.`);
  };

export const parseMode = oneOf(Object.values(PolicyMode));
export const parseReviewKind = oneOf(Object.values(ReviewKind));
export const parseRisk = oneOf(Object.values(Risk));
const status = oneOf(Object.values(ReviewStatus));
const source = oneOf(Object.values(DecisionSource));

export const collectStatus = (text: string, previous: ReviewStatus[] = []): ReviewStatus[] => [
  ...previous,
  status(text),
];
export const collectSources = (text: string, previous: DecisionSource[] = []): DecisionSource[] => [
  ...previous,
  source(text),
];

/** A day in UTC, or a moment with its offset. */
export function parseMoment(text: string): Date {
  const isWhole = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const moment = new Date(isWhole ? text : Number.NaN);
  // JavaScript takes February 30 for March 2.
  const isReal =
    moment.getTime() >= 0 && new Date(text.slice(0, 10)).toJSON()?.startsWith(text.slice(0, 10));
  if (isReal) return moment;
  throw new InvalidArgumentError(
    'It must be a day or a time such as 2026-11-21 or 2026-11-21T10:00Z.',
  );
}

export const parseEffect = oneOf<Effect>(['ALLOW', 'REVIEW', 'DENY']);

/** Collects `name=value`. */
export function collectVariables(
  text: string,
  previous: Record<string, string> = {},
): Record<string, string> {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name && value !== undefined) return { ...previous, [name]: value };
  throw new InvalidArgumentError('It must be a name and a value, such as node=pay.');
}

export const parseCount = (most: number) => (text: string) => {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new InvalidArgumentError(`It must be a number from 1 to ${most}.`);
};
