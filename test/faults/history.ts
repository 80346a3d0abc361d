import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { DatabaseState, VoteRow } from './databaseState.ts';
import type { OperationName } from './load/operations.ts';

/** A review in an answer. */
export type ToldReview = {
  nodeExecId: string;
  graphExecId: string;
  graphId: string;
  graphVersion: number;
  nodeId: string;
  instructions: string | null;
  requestedBy: string;
  consumers: string[];
  status: string;
  decisionSource: string | null;
  decidedBy: string | null;
  reviewMessage: string | null;
  payload: unknown;
  originalPayload: unknown;
  payloadDigest: string;
  subjectDigest: string;
  processed: boolean;
  consumedBy: string | null;
  outcome: string | null;
  /** Distinguishes this request from an earlier, deleted one with the same id. */
  createdAt: string;
  reviewedAt: string | null;
  voidedAt: string | null;
  /** Empty if one approval is enough. */
  approvalsRequired?: { count: number; given: number }[];
  votes?: Pick<VoteRow, 'actor' | 'decision' | 'subjectDigest' | 'message' | 'endedBy'>[];
  claimedBy?: string | null;
  headline?: string | null;
  risk?: string | null;
  tags?: string[];
  kind?: string;
  revision?: number;
  answer?: unknown;
  /** What the policy said; null without one. */
  policy?: { version: number; mode: string; effect: string; ruleIds: string[] } | null;
};

export type ToldResult = {
  nodeExecId: string;
  status: string;
  data: unknown;
  message: string;
  processed: boolean;
  autoApproved: boolean;
};

/** An answer. Its fields depend on the operation. */
export type Answer = {
  __typename: string;
  message?: string;
  review?: ToldReview;
  result?: ToldResult | null;
  state?:
    | 'WAITING'
    | 'APPROVED'
    | 'REJECTED'
    | 'ANSWERED'
    | 'CHANGES_REQUESTED'
    | 'CONSUMED'
    | 'VOID';
  reviews?: ToldReview[];
  autoApproval?: {
    createdBy: string;
    createdAt: string;
    uses: number;
    maxUses: number | null;
  };
  policy?: { version: number; createdBy?: string };
  execution?: { status: string; registeredBy: string | null; stoppedBy: string | null };
  cancelledCount?: number;
  deletedCount?: number;
  changed?: boolean;
};

// biome-ignore lint/suspicious/noExplicitAny: depends on the operation
type Input = any;

/**
 * One request to the service. Times are in milliseconds by the machine's clock, which PostgreSQL
 * shares. Outcomes:
 *   answered  with data, possibly an error of the API
 *   failed    with an error code. Unless the code rules it out, it may have taken effect
 *   lost      without an answer. It may have taken effect, or still may
 */
export type Operation = {
  type: 'operation';
  id: number;
  owner: string;
  actor: string;
  /** The scopes of the caller's token. */
  scopes: string;
  name: OperationName;
  input: Input;
  startedAt: number;
  endedAt: number;
  outcome: 'answered' | 'failed' | 'lost';
  answer: Answer | null;
  error: string | null;
  /** Whether its token had actually expired. */
  expiredToken: boolean;
};

/**
 * A subscriber starts. It must receive all later events of its owner, of one execution, or of one
 * agent's requests.
 */
export type Follow = {
  type: 'follow';
  follower: string;
  owner: string;
  transport: string;
  after: number;
  graphExecId: string | null;
  /**
   * The agent whose token it uses, which limits it to requests that the agent made or may consume;
   * null if it receives everything.
   */
  actor: string | null;
};

/**
 * The review in an event or a message at the time of sending; null if it was deleted or belongs to
 * another agent.
 */
export type ReviewInFeed =
  | (Pick<
      ToldReview,
      'status' | 'decisionSource' | 'payloadDigest' | 'createdAt' | 'requestedBy'
    > & { consumers?: string[] })
  | null;

/**
 * An event that a subscriber received. Reconnections are not recorded, because they must make no
 * difference.
 */
export type SeenEvent = {
  type: 'event';
  follower: string;
  owner: string;
  cursor: number;
  kind: string;
  nodeExecId: string;
  actor: string;
  requestedBy: string;
  status: string | null;
  decisionSource: string | null;
  payloadDigest: string | null;
  message: string | null;
  review: ReviewInFeed;
};

/** A message that a webhook receiver received. */
export type Message = {
  type: 'message';
  webhookId: string;
  owner: string;
  messageId: string;
  cursor: number;
  kind: string;
  nodeExecId: string;
  actor: string;
  requestedBy: string;
  payloadDigest: string | null;
  review: ReviewInFeed;
  /** Whether the signature is valid. */
  signed: boolean;
  /** Whether the receiver accepted it. */
  accepted: boolean;
};

/**
 * A gated call of a tool starts. The client requests, waits and consumes by itself.
 */
export type GatedCall = {
  type: 'gate';
  owner: string;
  actor: string;
  nodeExecId: string;
  graphExecId: string;
  nodeId: string;
  payload: unknown;
};

/** The gated tool ran with this payload. */
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

/**
 * The append-only log of a run, in memory and as a file of JSON lines.
 */
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

  /** Appends the final state of the database, so that the file can be checked again. */
  async close(state: DatabaseState | null): Promise<void> {
    if (state) this.#write({ type: 'database', state });
    this.#file.end();
    await finished(this.#file);
  }

  #write(line: Line): void {
    this.#file.write(`${JSON.stringify(line)}\n`);
  }
}

/** @throws if the run did not finish */
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
