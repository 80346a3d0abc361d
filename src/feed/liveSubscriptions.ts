import { setTimeout as pause } from 'node:timers/promises';
import { stringifyJson } from '@holdpoint/client/json';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
} from 'graphql';
import type { Viewer } from '../identity/viewer.ts';
import type { SubscriptionLimiter } from '../limits/subscriptionLimiter.ts';
import { FeedSource } from './feedSource.ts';
import { groupKey } from './groupKey.ts';
import type { Hub } from './hub.ts';
import type { ReviewEvent } from './readEvents.ts';

/** Delay before an event is executed again after the database was unavailable. */
const RETRY_MS = 500;

/** A valid subscription operation, with its viewer. */
type Operation = { args: ExecutionArgs & { contextValue: { viewer: Viewer } } };

/** The part of the pipeline that executes operations and masks errors. */
type Executor = {
  execute(operation: Operation, event: ReviewEvent): Promise<ExecutionResult>;
  maskError(error: unknown): GraphQLError;
  maskErrors(errors: readonly GraphQLError[]): readonly GraphQLError[];
};

/** How a transport sends results to its client. */
export type Subscriber = {
  /**
   * Sends a result (JSON) without waiting. The transport disconnects clients that do not keep up.
   * @returns false if the client is gone
   */
  send(result: string, number: number): boolean;
  /** Sends a last result that says why the subscription ends. */
  fail(result: string): void;
  /**
   * Resolves when the client has received what was sent, so that it catches up at its own speed.
   */
  sent(): Promise<void>;
};

/** A running subscription. */
export type Live = {
  /** Resolves when the service ends it, not when `stop` is called. */
  ended: Promise<void>;
  stop(): void;
};

/**
 * Runs subscriptions. Those with the same document, variables, workspace, actor and scopes form a
 * group: each event is executed and serialized once for all of them.
 *
 * A subscriber is in one of two states. *Catching up*: it reads the feed from its own cursor, as
 * fast as its client receives. *Live*: once it has reached the group's position (the last event
 * that the group delivered), it joins the group and gets what the group gets. Joining and
 * delivering are synchronous, so no event falls in between, and event numbers prevent duplicates.
 */
export class LiveSubscriptions {
  readonly #hub: Hub;
  readonly #executor: Executor;
  readonly #limiter: SubscriptionLimiter;
  readonly #groups = new Map<string, Group>();

  constructor(hub: Hub, executor: Executor, limiter: SubscriptionLimiter) {
    this.#hub = hub;
    this.#executor = executor;
    this.#limiter = limiter;
  }

  /** The number of groups. */
  get groupCount(): number {
    return this.#groups.size;
  }

  /** The number of running subscriptions. */
  get subscriberCount(): number {
    let count = 0;
    for (const group of this.#groups.values()) count += group.size;
    return count;
  }

  /**
   * @param lastCursor where the transport says that the client was, as SSE's Last-Event-ID;
   *   overrides the document's `after`
   * @returns the running subscription, or the errors for which it cannot start
   */
  async start(
    operation: Operation,
    subscriber: Subscriber,
    lastCursor?: string,
  ): Promise<Live | ExecutionResult> {
    const { viewer } = operation.args.contextValue;
    let end = () => {};
    try {
      end = this.#limiter.begin('subscriptions', viewer);
      const source = await this.#sourceOf(operation, lastCursor);
      if (source instanceof FeedSource) {
        return new Member(this.#groupOf(operation, source), source, subscriber, end);
      }
      end();
      return source;
    } catch (error) {
      end();
      return { errors: [this.#executor.maskError(error)] };
    }
  }

  async #sourceOf(
    operation: Operation,
    lastCursor?: string,
  ): Promise<FeedSource | ExecutionResult> {
    const stream = await createSourceEventStream(operation.args);
    if (!(stream instanceof FeedSource)) {
      return { errors: this.#executor.maskErrors((stream as ExecutionResult).errors ?? []) };
    }
    return lastCursor === undefined ? stream : this.#hub.resume(stream, lastCursor);
  }

  /** The group of an operation, which begins here if there is none. */
  #groupOf(operation: Operation, source: FeedSource): Group {
    const key = groupKey(operation.args);
    const known = this.#groups.get(key);
    if (known) return known;
    const end = this.#limiter.begin('groups', operation.args.contextValue.viewer);
    const group = new Group(source.from(source.head), operation, this.#executor, () => {
      if (this.#groups.get(key) === group) this.#groups.delete(key);
      end();
    });
    this.#groups.set(key, group);
    return group;
  }
}

class Group {
  /** The number of the last delivered event. */
  number: number;
  readonly #members = new Set<Member>();
  /** Members, and subscribers that are still catching up. */
  readonly #users = new Set<Member>();
  readonly #events: AsyncGenerator<ReviewEvent, void>;
  readonly #operation: Operation;
  readonly #executor: Executor;
  readonly #onEnd: () => void;

  constructor(source: FeedSource, operation: Operation, executor: Executor, onEnd: () => void) {
    this.number = source.start;
    this.#executor = executor;
    this.#operation = operation;
    this.#onEnd = onEnd;
    this.#events = source[Symbol.asyncIterator]();
    void this.#deliver();
  }

  get size(): number {
    return this.#users.size;
  }

  /** Keeps the group alive while a subscriber is catching up or a member. */
  enter(user: Member): void {
    this.#users.add(user);
  }

  leave(member: Member): void {
    this.#members.delete(member);
    this.#users.delete(member);
    if (this.#users.size > 0) return;
    this.#onEnd();
    void this.#events.return();
  }

  join(member: Member): void {
    this.#members.add(member);
  }

  /**
   * The serialized result for an event. Retries while the database is unavailable, so that no event
   * is lost.
   */
  async textOf(event: ReviewEvent): Promise<string> {
    try {
      for (;;) {
        const result = await this.#executor.execute(this.#operation, event);
        if (!isAway(result) || this.#users.size === 0) return stringifyJson(result);
        await pause(RETRY_MS, undefined, { ref: false });
      }
    } catch (error) {
      return this.failure(error);
    }
  }

  /** An error as a serialized result. */
  failure(error: unknown): string {
    return stringifyJson({ errors: [this.#executor.maskError(error)] });
  }

  async #deliver(): Promise<void> {
    let failure: string | undefined;
    try {
      for await (const event of this.#events) {
        const text = await this.textOf(event);
        this.number = event.number;
        for (const member of this.#members) member.take(text, event.number);
      }
    } catch (error) {
      failure = this.failure(error);
    }
    this.#onEnd();
    for (const user of this.#users) user.finish(failure);
  }
}

class Member implements Live {
  readonly ended: Promise<void>;
  #end!: () => void;
  readonly #group: Group;
  readonly #subscriber: Subscriber;
  readonly #onStop: () => void;
  #catchingUp: AsyncGenerator<ReviewEvent, void> | undefined;
  #number: number;
  #stopped = false;

  constructor(group: Group, source: FeedSource, subscriber: Subscriber, onStop: () => void) {
    this.#group = group;
    this.#subscriber = subscriber;
    this.#onStop = onStop;
    this.#number = source.start;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    group.enter(this);
    if (this.#number >= group.number) group.join(this);
    else void this.#catchUp(source);
  }

  take(text: string, number: number): void {
    if (number <= this.#number) return;
    this.#number = number;
    if (!this.#subscriber.send(text, number)) this.stop();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    void this.#catchingUp?.return();
    this.#group.leave(this);
    this.#onStop();
  }

  /** Ends the subscription from the service's side. */
  finish(failure?: string): void {
    if (this.#stopped) return;
    if (failure !== undefined) this.#subscriber.fail(failure);
    this.stop();
    this.#end();
  }

  async #catchUp(source: FeedSource): Promise<void> {
    this.#catchingUp = source.unfiltered()[Symbol.asyncIterator]();
    try {
      for await (const event of this.#catchingUp) {
        if (source.matches(event)) {
          const text = await this.#group.textOf(event);
          if (this.#stopped) return;
          this.take(text, event.number);
          await this.#subscriber.sent();
        }
        if (this.#stopped) return;
        this.#number = event.number;
        if (this.#number >= this.#group.number) return this.#group.join(this);
      }
      this.finish();
    } catch (error) {
      this.finish(this.#group.failure(error));
    }
  }
}

/** Whether a result is incomplete because the database is unavailable. */
const isAway = ({ errors }: ExecutionResult): boolean =>
  errors?.some(({ extensions }) => extensions['code'] === 'SERVICE_UNAVAILABLE') ?? false;
