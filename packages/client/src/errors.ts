/** Worth a retry; any other code would be answered again. REVIEW_CHANGED: a review was edited while it was read. */
const PASSING_CODE =
  /^(SERVICE_UNAVAILABLE|INTERNAL_SERVER_ERROR|TOO_MANY_OPERATIONS|REVIEW_CHANGED|HTTP_\d+)$/;

/** Whatever the client throws by itself is one of these. */
export class HoldpointError extends Error {
  override name = 'HoldpointError';
}

/** The service could not be reached, or the connection broke: whether it did what was asked is not known. */
export class UnreachableError extends HoldpointError {
  override name = 'UnreachableError';

  constructor(url: string, cause: unknown) {
    super(`Holdpoint cannot be reached at ${url}${reasonOf(cause)}`, { cause });
  }
}

/** The service answered with a GraphQL error: it did not do what was asked. An earlier try whose answer was lost may have. */
export class RefusedError extends HoldpointError {
  override name = 'RefusedError';
  /** `extensions.code`, as UNAUTHENTICATED or FORBIDDEN; null where there is none. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }

  /** Whether asking again is of no use. */
  get isFinal(): boolean {
    return !PASSING_CODE.test(this.code ?? '');
  }
}

/** What answers is not Holdpoint, or its API is too old or too new for this client: see apiVersion. Nothing was done. */
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
