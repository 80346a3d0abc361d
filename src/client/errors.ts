/** What the service will answer with again, however often it is asked. */
const FINAL_CODES = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
]);

/** The service could not be reached, or the connection broke: whether it did what was asked is not known. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';

  constructor(url: string, cause: unknown) {
    super(`Holdpoint cannot be reached at ${url}${reasonOf(cause)}`, { cause });
  }
}

/** The service answered with a GraphQL error: it did not do what was asked. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  /** `extensions.code`, null where there is none. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }

  /** Whether asking again is of no use. */
  get isFinal(): boolean {
    return this.code !== null && FINAL_CODES.has(this.code);
  }
}

function reasonOf(cause: unknown): string {
  const { cause: inner, code, reason, message } = (cause ?? {}) as Record<string, unknown>;
  const innerCode = (inner as { code?: unknown } | undefined)?.code;
  const said = innerCode ?? (reason || code || message);
  return said ? ` (${said})` : '';
}
