/** Codes of errors that a retry may cure. REVIEW_CHANGED: a review was edited while it was read. */
const TRANSIENT_CODE =
  /^(SERVICE_UNAVAILABLE|INTERNAL_SERVER_ERROR|TOO_MANY_(OPERATIONS|REQUESTS|SUBSCRIPTIONS)|REVIEW_CHANGED|HTTP_\d+)$/;

/** The base class of all errors that the client throws. */
export class HoldpointError extends Error {
  override name = 'HoldpointError';
}

/** The service could not be reached, or the connection broke. The request may have taken effect. */
export class UnreachableError extends HoldpointError {
  override name = 'UnreachableError';

  constructor(url: string, cause: unknown) {
    const advice = 'Start it, or correct its URL (HOLDPOINT_URL)';
    super(`Holdpoint cannot be reached at ${url}${reasonOf(cause)}. ${advice}`, { cause });
  }
}

/**
 * The service answered with a GraphQL error and did nothing. An earlier attempt whose answer was
 * lost may have taken effect.
 */
export class RefusedError extends HoldpointError {
  override name = 'RefusedError';
  /** `extensions.code`, such as UNAUTHENTICATED or FORBIDDEN; null if there is none. */
  readonly code: string | null;
  /** How long to wait before a retry, if the service said it. */
  readonly retryAfterMs: number | null;

  constructor(message: string, code: string | null, retryAfterMs: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether retrying is pointless. */
  get isFinal(): boolean {
    return !TRANSIENT_CODE.test(this.code ?? '');
  }
}

/**
 * The server is not Holdpoint, or its API is too old or too new for this client (see apiVersion).
 * Nothing was done.
 */
export class IncompatibleError extends RefusedError {
  override name = 'IncompatibleError';

  constructor(message: string) {
    super(message, 'INCOMPATIBLE');
  }
}

function reasonOf(cause: unknown): string {
  const { cause: inner, code, reason, message } = (cause ?? {}) as Record<string, unknown>;
  const innerCode = (inner as { code?: unknown } | undefined)?.code;
  const said = innerCode ?? (reason || code || message);
  return said ? ` (${said})` : '';
}
