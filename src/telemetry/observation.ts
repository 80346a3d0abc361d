import type { GraphQLError } from 'graphql';
import type { Context } from '../schema/context.ts';

export type Transport = 'http' | 'sse' | 'websocket';

/**
 * What metrics and traces may know about a request: no payload, no token, no id, no name that a
 * client chose.
 */
export type Observed = {
  transport: Transport;
  /** Kind and root field, e.g. `mutation requestReview`. See operationNameOf. */
  operation: string;
  /** `ok`, the name of an error type of the API, or the code of a GraphQL error. */
  outcome: string;
  seconds: number;
  /** The duration of a subscription depends on its client and says nothing about the service. */
  isSubscription: boolean;
};

/** A request in progress. */
export type Watcher = {
  /** Runs the request's work, so that spans inside it become children of the request's span. */
  run<Result>(work: () => Result): Result;
  end(observed: Observed): void;
};

/** Is notified of requests: metrics and traces. */
export type Observer = {
  /** Null if nothing needs to know about a request before it has ended. */
  begin: ((trace: TraceParent) => Watcher) | null;
  ended(observed: Observed): void;
};

/** The W3C trace context that the caller sent, if any. */
export type TraceParent = { traceparent?: string; tracestate?: string };

/** Reads HTTP headers, or the extensions of an operation over WebSocket. */
function traceParentOf(carrier: Record<string, unknown>): TraceParent {
  const { traceparent, tracestate } = carrier;
  return {
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof tracestate === 'string' && { tracestate }),
  };
}

/** Collects what happens to one request, and reports it once, at its end. */
export class Observation {
  transport: Transport;
  operation = 'unknown';
  isSubscription = false;
  readonly #startedAt = performance.now();
  readonly #observer: Observer;
  readonly #watcher: Watcher | null;
  #outcome: string | undefined;
  #ended = false;

  constructor(observer: Observer, transport: Transport, carrier: Record<string, unknown>) {
    this.#observer = observer;
    this.transport = transport;
    this.#watcher = observer.begin?.(traceParentOf(carrier)) ?? null;
  }

  run<Result>(work: () => Result): Result {
    return this.#watcher ? this.#watcher.run(work) : work();
  }

  /** Notes that the answer is one of the API's error types. */
  answered(errorType: string): void {
    this.#outcome ??= errorType;
  }

  /** Notes a result as the client gets it. */
  note({ errors }: { errors?: readonly GraphQLError[] | undefined }): void {
    const [error] = errors ?? [];
    if (error) this.#outcome = outcomeOf(error);
    else this.#outcome ??= 'ok';
  }

  /** @param otherwise the outcome if no result was noted */
  end(otherwise = 'INTERNAL_SERVER_ERROR'): void {
    if (this.#ended) return;
    this.#ended = true;
    const observed: Observed = {
      transport: this.transport,
      operation: this.operation,
      outcome: this.#outcome ?? otherwise,
      seconds: (performance.now() - this.#startedAt) / 1_000,
      isSubscription: this.isSubscription,
    };
    this.#observer.ended(observed);
    this.#watcher?.end(observed);
  }
}

/** The context of an operation with its observation. */
export type ObservedContext = Context & { observation?: Observation | undefined };

/**
 * Error codes that become labels. Any other is `REFUSED`, so that no client can create new time
 * series.
 */
const codes = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'CONTENT_TOO_LARGE',
  'CURSOR_EXPIRED',
  'DOCUMENT_NOT_TRUSTED',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTERNAL_SERVER_ERROR',
  'QUERY_TOO_LARGE',
  'SERVICE_UNAVAILABLE',
  'TOO_MANY_OPERATIONS',
  'TOO_MANY_REQUESTS',
  'TOO_MANY_SUBSCRIPTIONS',
  'UNAUTHENTICATED',
]);

function outcomeOf({ extensions }: GraphQLError): string {
  const code = extensions?.['code'];
  return typeof code === 'string' && codes.has(code) ? code : 'REFUSED';
}

const outcomes: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  413: 'CONTENT_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
};

/** The outcome that an HTTP status stands for, if nothing else is known. */
export const outcomeOfStatus = (status: number): string =>
  outcomes[status] ??
  (status < 400 ? 'ok' : status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
