import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, History, Operation } from '../history.ts';
import type { Random } from '../random.ts';
import { documents, type OperationName } from './operations.ts';
import { tokenOf } from './token.ts';

/** Longer than any stall, so that it is the service that ends a request, or a cut. */
const TIMEOUT_MS = 8_000;

/** As a client waits before it tries again. */
const MAX_BACKOFF_MS = 300;

let lastId = 0;

export type CallerOptions = {
  owner: string;
  actor: string;
  scopes: string;
  history: History;
  random: Random;
  /** Of the servers, or of what stands before them. Each call goes to any of them. */
  urls: readonly string[];
  /** By how much its clock is wrong. */
  skewMs?: number;
};

/** Somebody with a token, who notes whatever is asked and answered. */
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

  /** What its clock shows. */
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
        body: JSON.stringify({ query: documents[name], variables: { input } }),
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
  let body: { data?: Record<string, Answer> | null; errors?: { extensions?: { code?: string } }[] };
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
  return { outcome: 'answered', answer, error: null };
}

/** The row of a decided review then tells which operation decided it. */
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
