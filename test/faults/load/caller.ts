import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, History, Operation, ToldReview } from '../history.ts';
import type { Random } from '../random.ts';
import { type OperationName, requestOf } from './operations.ts';
import { tokenOf } from './token.ts';

/** Longer than any stall, so that requests end by an answer or a broken connection. */
const TIMEOUT_MS = 8_000;

/** The maximum pause of a client before a retry. */
const MAX_BACKOFF_MS = 300;

let lastId = 0;

export type CallerOptions = {
  owner: string;
  actor: string;
  scopes: string;
  history: History;
  random: Random;
  /** The servers or the proxies in front of them. Each call goes to a random one. */
  urls: readonly string[];
  /** The error of its clock. */
  skewMs?: number;
};

/** An actor with a token. It records every request and its answer. */
export class Caller {
  readonly owner: string;
  readonly actor: string;
  readonly #options: CallerOptions;
  #token: ReturnType<typeof tokenOf> | undefined;

  constructor(options: CallerOptions) {
    this.owner = options.owner;
    this.actor = options.actor;
    this.#options = options;
  }

  /** The time by its clock. */
  now(): number {
    return Date.now() + (this.#options.skewMs ?? 0);
  }

  async call(name: OperationName, input: object): Promise<Operation> {
    const { history, random, urls, scopes, skewMs = 0 } = this.#options;
    this.#token ??= tokenOf(this.owner, this.actor, scopes, skewMs);
    const { token, expired } = await this.#token;
    const id = ++lastId;
    const sent = name === 'decideReviews' ? withMessage(input, id) : input;
    const startedAt = Date.now();
    const came = await this.#send(`${random.pick(urls)}/graphql`, token, name, sent);
    const operation: Operation = {
      type: 'operation',
      id,
      owner: this.owner,
      actor: this.actor,
      scopes,
      name,
      input: sent,
      startedAt,
      endedAt: Date.now(),
      ...came,
      expiredToken: expired,
    };
    history.append(operation);
    if (came.outcome !== 'answered') await pause(random.int(0, MAX_BACKOFF_MS));
    return operation;
  }

  async #send(
    url: string,
    token: string,
    name: OperationName,
    input: object,
  ): Promise<Pick<Operation, 'outcome' | 'answer' | 'error'>> {
    let text: string;
    let status: number;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          date: new Date(this.now()).toUTCString(),
        },
        body: JSON.stringify(requestOf(name, input)),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      return { outcome: 'lost', answer: null, error: causeOf(error) };
    }
    return readAnswer(name, status, text);
  }
}

function readAnswer(
  name: OperationName,
  status: number,
  text: string,
): Pick<Operation, 'outcome' | 'answer' | 'error'> {
  let body: {
    data?: Record<string, Answer | ToldReview[]> | null;
    errors?: { extensions?: { code?: string } }[];
  };
  try {
    body = JSON.parse(text);
  } catch {
    return { outcome: 'failed', answer: null, error: `HTTP_${status}` };
  }
  const answer = body.data?.[name];
  if (body.errors || !answer) {
    const error = body.errors?.[0]?.extensions?.code ?? `HTTP_${status}`;
    return { outcome: 'failed', answer: null, error };
  }
  // The query returns a plain list.
  const told = Array.isArray(answer) ? { __typename: 'ReviewsPayload', reviews: answer } : answer;
  return { outcome: 'answered', answer: told, error: null };
}

/** The message of a decision, so that the row of a review names the operation that decided it. */
const withMessage = (input: object, id: number) => ({
  decisions: (input as { decisions: object[] }).decisions.map((decision) => ({
    ...decision,
    message: `operation ${id}`,
  })),
});

const causeOf = (error: unknown): string => {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? name;
};
