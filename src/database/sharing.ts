import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import type { Queries } from './connections.ts';
import type { Statement } from './statement.ts';

const MAX_CALLS = 100;
/** A workspace that is locked takes at most this many connections for the calls that it left. */
const MAX_ALONE = 4;
/** Calls with a longer value, such as a large payload, are not worth sharing. */
const MAX_CHARACTERS = 10_000;

/**
 * A statement that calls at the same time can share. Each parameter of a shared form is an array
 * with the values of all calls; only the workspace of `inWorkspace` is one value. Each call gets one
 * row, with its `position`, from 1, and with `isAnswer`: whether the row is the answer, or there is
 * none. A call gets no row if what it needs is locked or missing.
 */
export type SharedStatement = {
  /** Answers one call, in at most one row. Waits for locks. */
  readonly alone: Statement;
  /** Answers calls of many workspaces. Skips what is locked. */
  readonly together: Statement;
  /** Answers calls of one workspace, its first parameter. Waits for the workspace's counter only. */
  readonly inWorkspace: Statement;
};

type Call = {
  readonly userId: string;
  /** Of what the call changes. */
  readonly key: string;
  readonly values: readonly unknown[];
  answer(row: unknown): void;
  fail(error: unknown): void;
};

/** Calls that wait for the next statement, by what they change, and those that run alone. */
type Lane = {
  readonly waiting: Map<string, Call>;
  readonly alone: Set<Promise<void>>;
  isUnderWay: boolean;
};
const newLane = (): Lane => ({ waiting: new Map(), alone: new Set(), isUnderWay: false });

/**
 * Lets calls at the same time share one statement and one commit. A call that finds nothing under
 * way runs alone, at once. While a shared statement is under way, the calls that arrive wait for the
 * next one. No workspace waits for a lock of another one: the calls of a workspace that is locked
 * share statements of their own until none is left. Conflicts and errors stay with their call. On a
 * distributed database a statement must name one workspace, so only calls of the same one share it.
 */
export class Sharing {
  readonly #query: Queries['query'];
  readonly #statement: SharedStatement;
  #isAloneUnderWay = false;
  readonly #all = newLane();
  /** The workspaces that were locked, or all with calls under way if they never mix. */
  readonly #workspaces = new Map<string, Lane>();
  readonly #mixes: boolean;

  /** @param mixes whether calls of several workspaces may share a statement */
  constructor(query: Queries['query'], statement: SharedStatement, mixes: boolean) {
    this.#query = query;
    this.#statement = statement;
    this.#mixes = mixes;
  }

  /**
   * @param id of what the call changes, in its workspace
   * @returns the row that answers the call, or undefined if there is none
   */
  async run<Row>(userId: string, id: string, values: readonly unknown[]): Promise<Row | undefined> {
    const key = JSON.stringify([userId, id]);
    const workspace = this.#workspaces.get(userId);
    if (!this.#mixes && !workspace)
      return (await this.#runFirst(userId, values)) as Row | undefined;
    if (!this.#isAloneUnderWay && !this.#all.isUnderWay && !workspace) {
      this.#isAloneUnderWay = true;
      try {
        return (await this.#alone(values)) as Row | undefined;
      } finally {
        this.#isAloneUnderWay = false;
      }
    }
    const lane = workspace ?? this.#all;
    if (lane.waiting.has(key) || values.some(isLong)) {
      return (await this.#alone(values)) as Row | undefined;
    }
    return new Promise((resolve, fail) => {
      lane.waiting.set(key, { userId, key, values, fail, answer: (row) => resolve(row as Row) });
      void (workspace ? this.#runWorkspace(userId, workspace) : this.#runAll());
    });
  }

  /** Runs a call of a workspace that has no others under way. Those that arrive now share. */
  async #runFirst(userId: string, values: readonly unknown[]): Promise<unknown> {
    const lane = newLane();
    this.#workspaces.set(userId, lane);
    const { promise: isDone, resolve: done } = Promise.withResolvers<void>();
    lane.alone.add(isDone);
    try {
      return await this.#alone(values);
    } finally {
      done();
      lane.alone.delete(isDone);
      this.#leave(userId, lane);
    }
  }

  async #runAll(): Promise<void> {
    await drain(this.#all, async (calls) => {
      const workspaces = calls.map(({ userId }) => userId);
      for (const call of await this.#share(this.#statement.together, workspaces, calls)) {
        const { userId, key } = call;
        const lane = this.#workspaces.get(userId) ?? newLane();
        if (lane.waiting.has(key)) void this.#runAlone(call);
        else {
          this.#workspaces.set(userId, lane);
          lane.waiting.set(key, call);
          void this.#runWorkspace(userId, lane);
        }
      }
    });
  }

  async #runWorkspace(userId: string, lane: Lane): Promise<void> {
    await drain(lane, async (calls) => {
      const isShared = calls.length > 1 || !this.#mixes;
      const { inWorkspace } = this.#statement;
      const left = isShared ? await this.#share(inWorkspace, userId, calls) : calls;
      for (const call of left) {
        while (lane.alone.size >= MAX_ALONE) await Promise.race(lane.alone);
        const run = this.#runAlone(call).then(() => {
          lane.alone.delete(run);
          this.#leave(userId, lane);
        });
        lane.alone.add(run);
      }
    });
    this.#leave(userId, lane);
  }

  /** Lets a workspace share with all others again, if they mix, when none of its calls is left. */
  #leave(userId: string, lane: Lane): void {
    if (!lane.isUnderWay && lane.alone.size === 0) this.#workspaces.delete(userId);
  }

  /**
   * Runs a shared statement.
   * @param workspaces its first parameter: of all calls, or of each
   * @returns the calls that it left
   */
  async #share(
    statement: Statement,
    workspaces: string | readonly string[],
    calls: readonly Call[],
  ): Promise<readonly Call[]> {
    try {
      const [, ...others] = calls[0]?.values ?? [];
      const columns = others.map((_, at) => calls.map(({ values }) => parameterOf(values[at + 1])));
      const values = [workspaces, ...columns];
      const rows = await this.#query<{ position: number; isAnswer: boolean }>(statement, values);
      const byPosition = new Map(rows.map((row) => [row.position, row]));
      return calls.filter(({ answer }, at) => {
        const row = byPosition.get(at + 1);
        if (row) answer(row.isAnswer ? row : undefined);
        return !row;
      });
    } catch (error) {
      // A statement that PostgreSQL refused changed nothing. After a lost connection nobody knows.
      if (isRefused(error)) return calls;
      for (const { fail } of calls) fail(error);
      return [];
    }
  }

  async #runAlone({ values, answer, fail }: Call): Promise<void> {
    await this.#alone(values).then(answer, fail);
  }

  async #alone(values: readonly unknown[]): Promise<unknown> {
    const [row] = await this.#query(this.#statement.alone, [...values]);
    return row;
  }
}

/** Takes calls from a lane until none is left, unless this is under way already. */
async function drain(lane: Lane, run: (calls: Call[]) => Promise<void>): Promise<void> {
  if (lane.isUnderWay) return;
  lane.isUnderWay = true;
  while (lane.waiting.size > 0) {
    await setImmediate(); // calls that have arrived already take part
    const calls = [...lane.waiting.entries()].slice(0, MAX_CALLS);
    for (const [key] of calls) lane.waiting.delete(key);
    await run(calls.map(([, call]) => call));
  }
  lane.isUnderWay = false;
}

const isLong = (value: unknown): boolean =>
  typeof value === 'string' && value.length > MAX_CHARACTERS;

/** An array inside an array of parameters is written as text, in PostgreSQL's notation. */
const parameterOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? `{${value.map((item) => `"${String(item).replace(/["\\]/g, '\\$&')}"`).join(',')}}`
    : value;

/** Whether PostgreSQL answered with an error, and so rolled the statement back. */
const isRefused = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !/^(?:08|57P)/.test(error.code ?? '08');
