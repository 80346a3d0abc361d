import type { GraphQLError } from 'graphql';
import type { Context } from '../schema/context.ts';

export type Transport = 'http' | 'sse' | 'websocket';

/** What may be told of a request to those who watch the service: neither its payload nor its token, no id, no name of the client's own. */
export type Observed = {
  transport: Transport;
  /** Kind and root field, as `mutation requestReview`: see operationOf. */
  operation: string;
  /** `ok`, the name of an error type of the API, or the code of a GraphQL error. */
  outcome: string;
  seconds: number;
  /** A subscription's time is its client's, and says nothing of the service. */
  isSubscription: boolean;
};

/** One request while it is under way. */
export type Watcher = {
  /** Runs the request's work, so that what it does is known to be its own. */
  run<Result>(work: () => Result): Result;
  end(observed: Observed): void;
};

/** Somebody who is told of requests: metrics, traces. */
export type Observer = {
  /** Null where nobody wants to see a request while it is under way. */
  begin: ((trace: TraceParent) => Watcher) | null;
  ended(observed: Observed): void;
};

/** W3C trace context, where the caller sent one. */
export type TraceParent = { traceparent?: string; tracestate?: string };

/** Of HTTP's headers, or of the extensions of an operation over WebSocket. */
function traceParentOf(carrier: Record<string, unknown>): TraceParent {
  const { traceparent, tracestate } = carrier;
  return {
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof tracestate === 'string' && { tracestate }),
  };
}

/** What is known so far of one request. It is told once, at its end. */
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

  /** An answer is one of the API's error types. */
  answered(errorType: string): void {
    this.#outcome ??= errorType;
  }

  /** A result as the client gets it. */
  note({ errors }: { errors?: readonly GraphQLError[] | undefined }): void {
    const [error] = errors ?? [];
    if (error) this.#outcome = outcomeOf(error);
    else this.#outcome ??= 'ok';
  }

  /** @param otherwise the outcome, where no result was noted */
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

/** What the server adds to the context of an operation that is observed. */
export type ObservedContext = Context & { observation?: Observation | undefined };

/** Codes that are told as they are; any other would be one more series for whoever can make codes up. */
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
  503: 'SERVICE_UNAVAILABLE',
};

/** What an HTTP status tells where nothing else does. */
export const outcomeOfStatus = (status: number): string =>
  outcomes[status] ??
  (status < 400 ? 'ok' : status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
