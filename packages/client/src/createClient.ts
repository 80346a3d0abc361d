import {
  type AnswerOf,
  type AnswerOutcome,
  askQuestion,
  type QuestionOptions,
} from './askQuestion.ts';
import { type ConnectOptions, connect } from './connect.ts';
import { type GateOptions, gate } from './gate.ts';
import { operationsOf } from './operations.ts';
import type { Outcome } from './outcome.ts';
import { InvalidInputError } from './problems.ts';
import { type ReviewOptions, review } from './review.ts';
import { ReviewWatcher, type WatcherListener } from './reviewWatcher.ts';
import { runOnce } from './runOnce.ts';
import { checkUrl, endpointOf } from './serviceUrl.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { attachmentOf, type Bytes, checkUpload, type UploadOptions } from './upload.ts';

const PATIENCE_MS = 30_000;

export type HoldpointOptions = ConnectOptions &
  WatcherListener & {
    /** The default graphId of reviews. */
    graph?: string;
    graphVersion?: number;
    /**
     * How long idempotent requests are retried while the service is unreachable, in milliseconds.
     * Defaults to 30 seconds. Waiting for a requested review has no limit.
     */
    patienceMs?: number;
    /**
     * Called when a request failed and is retried, and not again until one has succeeded. By
     * default a warning is logged to the console.
     */
    onRetry?: ((error: Error) => void) | undefined;
  };

export type Holdpoint = ReturnType<typeof createClient>;

/**
 * Creates a client for agents, for Node.js 20 or later and browsers. Nothing is sent before the
 * first call, and there is nothing to close: one socket is open while something waits for a review.
 * @throws InvalidInputError if url or token is not valid
 */
export function createClient(options: HoldpointOptions) {
  const { graph = 'agent', graphVersion = 1, patienceMs = PATIENCE_MS } = options;
  const client = connect({
    url: endpointOf(checkUrl(options.url)),
    token: checkToken(options.token),
  });
  const operations = operationsOf(client, patienceMs, options.onRetry);
  const context = {
    url: client.url,
    operations,
    watcher: new ReviewWatcher(client, options),
    graph,
    graphVersion,
  };
  return {
    /** The GraphQL endpoint. */
    url: client.url,
    /** Runs a query or mutation of your own. */
    request: client.request,
    ...operations,
    ...subscriptionsOf(client, operations),
    /**
     * Uploads a file, of at most 5 MB, for a payload to name. Retried while the service is
     * unreachable.
     * @returns the object to put into the payload
     */
    async uploadAttachment(bytes: Bytes, options: UploadOptions = {}) {
      checkUpload(bytes, options);
      const { mediaType = 'application/octet-stream', name, ...request } = options;
      const { digest } = await operations.upload(bytes, mediaType, request);
      return attachmentOf(digest, name);
    },
    /** Requests a review and waits for its outcome. See ReviewOptions. */
    review<Payload, Data = Payload>(options: ReviewOptions<Payload, Data>): Promise<Outcome<Data>> {
      return review(context, options);
    },
    /** Asks a question and waits for the answer. See QuestionOptions. */
    askQuestion<const Schema, Answer = AnswerOf<Schema>>(
      options: QuestionOptions<Schema, Answer>,
    ): Promise<AnswerOutcome<Answer>> {
      return askQuestion(context, options);
    },
    /**
     * Runs a function with what was approved, at most once per approval, and reports the result.
     */
    runOnce<Data, Result>(
      outcome: Outcome<Data>,
      run: (data: Data) => Result | Promise<Result>,
    ): Promise<Result> {
      return runOnce(context, outcome, run);
    },
    /** Wraps a function so that it runs only when approved, once per approval. See GateOptions. */
    gate<Args extends unknown[], Result, Otherwise = never>(
      tool: (...args: Args) => Result | Promise<Result>,
      options: GateOptions<Args, Otherwise>,
    ): (...args: Args) => Promise<Result | Otherwise> {
      return gate(context, tool, options);
    },
  };
}

function checkToken(token: ConnectOptions['token']): ConnectOptions['token'] {
  if (typeof token === 'function' || /^[\x21-\x7e]+$/.test(token ?? '')) return token;
  const isMissing = token === undefined || token === '';
  const message =
    'must be a token, as printed by "holdpoint token create", or a function that returns one' +
    (isMissing ? ', and is missing: is HOLDPOINT_TOKEN set?' : '');
  throw new InvalidInputError([{ path: 'token', message }]);
}
