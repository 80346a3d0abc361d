import { GraphQLError } from 'graphql';
import { ExpiredCursorError, InvalidCursorError } from '../feed/cursor.ts';
import {
  ForbiddenError,
  IdentityProviderAwayError,
  UnauthenticatedError,
} from '../identity/errors.ts';
import { InvalidInputError } from '../input.ts';
import { TooManyRequestsError, TooManySubscriptionsError } from '../limits/errors.ts';

/** The code of each class of errors that clients are told about. */
const codes = [
  [UnauthenticatedError, 'UNAUTHENTICATED'],
  [ForbiddenError, 'FORBIDDEN'],
  [InvalidInputError, 'BAD_USER_INPUT'],
  [InvalidCursorError, 'BAD_USER_INPUT'],
  [ExpiredCursorError, 'CURSOR_EXPIRED'],
  [TooManyRequestsError, 'TOO_MANY_REQUESTS'],
  [TooManySubscriptionsError, 'TOO_MANY_SUBSCRIPTIONS'],
] as const;

const PROVIDER_AWAY = 'The identity provider is unavailable. Try again';
const DATABASE_AWAY =
  'The database is unavailable. Try again: repeating a request or a decision is safe';

/**
 * What a client is told about an error. Expected errors say what is wrong. Unexpected ones are
 * masked in production and show their message in development.
 * @returns the error to send, and whether the original is unexpected and should be logged
 */
export function publicError(
  error: unknown,
  production: boolean,
): { error: GraphQLError; unexpected: boolean } {
  const original = (error instanceof GraphQLError && error.originalError) || error;
  const rewrapped = (message: string, code: string) =>
    new GraphQLError(message, {
      ...(error instanceof GraphQLError && {
        nodes: error.nodes ?? null,
        path: error.path ?? null,
      }),
      extensions: {
        code,
        ...(original instanceof TooManyRequestsError && {
          retryAfterSeconds: original.retryAfterSeconds,
        }),
      },
    });

  for (const [type, code] of codes) {
    if (original instanceof type) {
      return { error: rewrapped(original.message, code), unexpected: false };
    }
  }
  // The outer error has the path, e.g. `at "input.graphVersion"`.
  if (original instanceof GraphQLError) {
    return { error: requestError(error as GraphQLError), unexpected: false };
  }
  if (isDatabaseAway(original)) {
    return { error: rewrapped(DATABASE_AWAY, 'SERVICE_UNAVAILABLE'), unexpected: true };
  }
  if (original instanceof IdentityProviderAwayError) {
    return { error: rewrapped(PROVIDER_AWAY, 'SERVICE_UNAVAILABLE'), unexpected: true };
  }
  const detail = !production && original instanceof Error ? `: ${original.message}` : '';
  return {
    error: rewrapped(`Something went wrong here${detail}`, 'INTERNAL_SERVER_ERROR'),
    unexpected: true,
  };
}

/**
 * How much of the beginning of a long message is kept. Its end, which says what is wrong, is kept
 * too.
 */
const MAX_ECHO = 200;
const MAX_MESSAGE = 400;

/**
 * An error of graphql-js. If it is about a variable, it has no code yet, and it repeats the whole
 * value.
 */
function requestError(error: GraphQLError): GraphQLError {
  const isOfRequest = error.path === undefined && error.extensions['code'] === undefined;
  if (!isOfRequest) return shortError(error);
  const { nodes = null, extensions } = error;
  return shortError(
    new GraphQLError(error.message, {
      nodes,
      extensions: { ...extensions, code: 'BAD_USER_INPUT' },
    }),
  );
}

/** The error with at most 400 characters: it may repeat what was sent. */
export function shortError(error: GraphQLError): GraphQLError {
  const { message, nodes = null, source, positions, path = null, extensions } = error;
  if (message.length <= MAX_MESSAGE) return error;
  const end = message.slice(MAX_ECHO - MAX_MESSAGE);
  return new GraphQLError(`${message.slice(0, MAX_ECHO)}…${end}`.toWellFormed(), {
    nodes,
    source,
    positions,
    path,
    extensions,
  });
}

const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '25006', // read_only_sql_transaction: a standby, as in the middle of a failover
  '25P03', // idle_in_transaction_session_timeout
  '53100', // disk_full
  '53300', // too_many_connections
  '57014', // query_canceled: it took too long
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '08006', // connection_failure
  'P1001', // Prisma: cannot reach the server
  'P1008', // Prisma: the server did not answer in time
  'P1017', // Prisma: the server closed the connection
]);

/**
 * Whether the database or the identity provider is unavailable: the same request may succeed later.
 */
export const isAway = (error: unknown): boolean =>
  error instanceof IdentityProviderAwayError || isDatabaseAway(error);

/** Whether the database is unavailable. Some of pg's errors have no code, only a message. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Prisma's errors have Prisma's code and, nested, PostgreSQL's.
  const { code, meta } = error as { code?: string; meta?: { driverAdapterError?: Error } };
  const cause = meta?.driverAdapterError?.cause as { originalCode?: string } | undefined;
  return (
    [code, cause?.originalCode].some((known) => known !== undefined && AWAY_CODES.has(known)) ||
    /connection terminated|timeout exceeded when trying to connect|connection error|query read timeout/i.test(
      error.message,
    )
  );
}
