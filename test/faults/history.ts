import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { DatabaseState } from './databaseState.ts';
import type { OperationName } from './load/operations.ts';

/** A review as an answer shows it. */
export type ToldReview = {
  nodeExecId: string;
  graphExecId: string;
  status: string;
  decisionSource: string | null;
  decidedBy: string | null;
  reviewMessage: string | null;
  payload: unknown;
  originalPayload: unknown;
  payloadDigest: string;
  processed: boolean;
  consumedBy: string | null;
  outcome: string | null;
};

export type ToldResult = {
  nodeExecId: string;
  status: string;
  data: unknown;
  message: string;
  processed: boolean;
  autoApproved: boolean;
};

/** The union member that came; which fields it has depends on the operation. */
export type Answer = {
  __typename: string;
  message?: string;
  review?: ToldReview | null;
  result?: ToldResult | null;
  reviews?: ToldReview[];
  autoApproval?: { createdBy: string; uses: number; maxUses: number | null };
  cancelledCount?: number;
  changed?: boolean;
};

// biome-ignore lint/suspicious/noExplicitAny: it differs from operation to operation, and is what was sent
type Input = any;

/**
 * One thing that somebody asked the service. Times are milliseconds of this machine's clock, which PostgreSQL shares.
 *   answered  with data, be it an error of the API
 *   failed    with GraphQL errors, or no GraphQL at all: `error` is the code. It may have taken effect, unless the
 *             code says that it was not even looked at
 *   lost      no answer came. It may have taken effect, and may still
 */
export type Operation = {
  type: 'operation';
  id: number;
  owner: string;
  actor: string;
  name: OperationName;
  input: Input;
  startedAt: number;
  endedAt: number;
  outcome: 'answered' | 'failed' | 'lost';
  answer: Answer | null;
  error: string | null;
  /** Whether its token had expired by the right clock. */
  expiredToken: boolean;
};

/** A subscriber begins: it must see all that its owner, or its execution, has after this cursor. */
export type Follow = {
  type: 'follow';
  follower: string;
  owner: string;
  transport: string;
  after: number;
  graphExecId: string | null;
};

/** An event that a subscriber was sent. Resuming is not told: it must not show. */
export type SeenEvent = {
  type: 'event';
  follower: string;
  owner: string;
  cursor: number;
  kind: string;
  nodeExecId: string;
  actor: string;
  /** As it stood when the event was sent. */
  review: { status: string; decisionSource: string | null; payloadDigest: string } | null;
};

/** A message that came to a webhook's receiver. */
export type Message = {
  type: 'message';
  webhookId: string;
  owner: string;
  messageId: string;
  cursor: number;
  kind: string;
  nodeExecId: string;
  status: string | null;
  /** Whether the signature is right. */
  signed: boolean;
  /** Whether the receiver answered that it took it. */
  accepted: boolean;
};

/** A call of a tool behind the client's gate begins: the client asks, waits and consumes by itself. */
export type GatedCall = {
  type: 'gate';
  owner: string;
  actor: string;
  nodeExecId: string;
  graphExecId: string;
  nodeId: string;
  payload: unknown;
};

/** The effect: such a tool ran, with this payload. */
export type ToolRun = {
  type: 'run';
  owner: string;
  actor: string;
  nodeExecId: string;
  payload: unknown;
};

export type Fault = { type: 'fault'; kind: string; target: string; at: number; until: number };

export type Entry = Operation | Follow | SeenEvent | Message | GatedCall | ToolRun | Fault;
type Line = Entry | { type: 'database'; state: DatabaseState };

/** What happened in a run, in order, in memory and as a file of one JSON line each. Nothing in it is ever changed. */
export class History {
  readonly path: string;
  readonly entries: Entry[] = [];
  readonly #file: WriteStream;

  constructor(path: string) {
    this.path = path;
    this.#file = createWriteStream(path, { flags: 'a' });
  }

  append(entry: Entry): void {
    this.entries.push(entry);
    this.#write(entry);
  }

  /** Ends the file with what the database held afterwards, so that it can be checked again. */
  async close(state: DatabaseState | null): Promise<void> {
    if (state) this.#write({ type: 'database', state });
    this.#file.end();
    await finished(this.#file);
  }

  #write(line: Line): void {
    this.#file.write(`${JSON.stringify(line)}\n`);
  }
}

/** @throws where the run did not come to its end */
export async function readHistory(
  path: string,
): Promise<{ entries: Entry[]; database: DatabaseState }> {
  const text = await readFile(path, 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const parsed = lines.map((line) => JSON.parse(line) as Line);
  const last = parsed.pop();
  if (last?.type !== 'database') throw new Error(`${path} ends without the state of the database`);
  return { entries: parsed as Entry[], database: last.state };
}
