import { parseJson, stringifyJson } from '@holdpoint/client/json';
import {
  type Exchange,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
  stringifyDocument,
} from '@urql/core';
import { createClient } from 'graphql-ws';
import { filter, make, mergeMap, pipe, type Source, takeUntil } from 'wonka';
import { noteServiceDate } from './clock.ts';
import type { Session } from './session.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 10_000;
/** A connection that does not answer a ping for this long is given up. */
const PONG_TIMEOUT_MS = 5_000;

type Answer = Parameters<typeof makeResult>[1];

/**
 * The end of urql's pipeline, in place of its own: answers are read and variables are written so that a payload keeps its exact
 * text, with the order of its keys and every digit. A subscription has a WebSocket of its own and ends with it:
 * who subscribes knows from where to go on.
 */
export const exactExchange =
  (session: Session): Exchange =>
  () =>
  (operations) =>
    pipe(
      operations,
      filter(({ kind }) => kind !== 'teardown'),
      mergeMap((operation) =>
        pipe(
          operation.kind === 'subscription'
            ? overSocket(operation, session)
            : overHttp(operation, session),
          takeUntil(
            pipe(
              operations,
              filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
            ),
          ),
        ),
      ),
    );

function overHttp(operation: Operation, session: Session): Source<OperationResult> {
  return make<OperationResult>(({ next, complete }) => {
    const stop = new AbortController();
    const { token } = session;
    post(operation, token, stop.signal)
      .then((answer) => makeResult(operation, answer))
      .catch((error: Error) => makeErrorResult(operation, error))
      .then((result) => {
        if (token !== null) endIfRefused(result, session, token);
        next(result);
        complete();
      });
    return () => {
      // What changes something goes on: nobody could say whether it took effect.
      if (operation.kind === 'query') stop.abort();
    };
  });
}

async function post(operation: Operation, token: string | null, stop: AbortSignal) {
  const response = await fetch(operation.context.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
    },
    body: stringifyJson({
      query: stringifyDocument(operation.query),
      variables: operation.variables,
    }),
    credentials: 'omit',
    signal: AbortSignal.any([stop, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
  });
  noteServiceDate(response.headers.get('date'));
  return parseJson(await response.text()) as Answer;
}

function endIfRefused({ error }: OperationResult, session: Session, token: string): void {
  const refusal = error?.graphQLErrors.find(
    ({ extensions }) => extensions['code'] === 'UNAUTHENTICATED',
  );
  if (refusal) session.end(token, refusal.message);
}

function overSocket(operation: Operation, session: Session): Source<OperationResult> {
  return make<OperationResult>(({ next, complete }) => {
    const { token } = session;
    let connections = 0;
    let pongTimer: ReturnType<typeof setTimeout> | undefined;
    const socket = createClient({
      url: new URL(operation.context.url, location.href).href.replace(/^http/, 'ws'),
      connectionParams: { authorization: `Bearer ${token}` },
      keepAlive: KEEP_ALIVE_MS,
      retryAttempts: 0,
      on: {
        connected: () => {
          // After a close with code 1000 graphql-ws connects again even so, from the old place.
          if (connections++ > 0) socket.terminate();
          else operation.context['onConnected']?.();
        },
        ping: (isReceived) => {
          if (!isReceived) pongTimer = setTimeout(() => socket.terminate(), PONG_TIMEOUT_MS);
        },
        pong: (isReceived) => {
          if (isReceived) clearTimeout(pongTimer);
        },
        closed: (event) => {
          clearTimeout(pongTimer);
          const { code, reason } = event as CloseEvent;
          if ((code === 4401 || code === 4403) && token !== null) session.end(token, reason);
        },
      },
    });
    const query = stringifyDocument(operation.query);
    const variables = operation.variables as Record<string, unknown>;
    const dispose = socket.subscribe(
      { query, variables },
      {
        next: (answer) => next(makeResult(operation, answer as Answer)),
        error: (error) => {
          next(
            Array.isArray(error)
              ? makeResult(operation, { errors: error } as Answer)
              : makeErrorResult(operation, new Error('The connection was cut off')),
          );
          complete();
        },
        complete: () => {
          complete();
          operation.context['onOver']?.();
        },
      },
    );
    return () => {
      dispose();
      socket.terminate();
    };
  });
}
