import { setTimeout as pause } from 'node:timers/promises';
import { stringifyJson } from '@holdpoint/client/json';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  Kind,
  print,
  visit,
} from 'graphql';
import { FeedSource } from '../feed/feedSource.ts';
import type { Hub } from '../feed/hub.ts';
import type { ReviewEvent } from '../feed/readEvents.ts';
import type { Context } from '../schema/context.ts';
import type { Graphql } from './createGraphql.ts';

/** A subscription that may run: its document is valid, its viewer let in. */
export type LiveOperation = {
  args: ExecutionArgs & { contextValue: Context };
  /** Runs the document for one event, masked as any other operation. */
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  /** The cursor that the transport tells, as SSE's Last-Event-ID; it goes before the document's own `after`. */
  lastCursor?: string | undefined;
};

/** How long after an event could not be executed because the database is away it is tried again. */
const RETRY_MS = 500;

/** Where a transport takes results. */
export type Subscriber = {
  /**
   * Sends a result, as JSON, at once. A client that does not keep up is the transport's to cut off.
   * @returns false where the client is gone
   */
  send(result: string, number: number): boolean;
  /** Sends a last result, which says why the subscription ends here. */
  fail(result: string): void;
  /** Resolves when what was sent has left, so that catching up goes at the client's own speed. */
  sent(): Promise<void>;
};

/** A running subscription. */
export type Live = {
  /** Resolves when the service ends it; not when it is stopped. */
  ended: Promise<void>;
  stop(): void;
};

/**
 * Runs subscriptions. Those that differ in nothing that could show (document, variables, owner, actor, scopes) are one
 * group: each event is executed once for all of them and written once, and each gets the same text.
 *
 * A subscriber is in one of two states. *Catching up*: it reads the feed by itself, from its cursor on, as fast as its client
 * takes it. *Live*: once it has reached the group's place it is a member, and gets what the group gets. The group's
 * place is the last event that it delivered; joining and delivering each happen without a pause in between,
 * so nothing falls between the two, and the number of each event says who has it already.
 */
export class LiveSubscriptions {
  readonly #hub: Hub;
  readonly #graphql: Graphql;
  readonly #groups = new Map<string, Group>();

  constructor(hub: Hub, graphql: Graphql) {
    this.#hub = hub;
    this.#graphql = graphql;
  }

  /** How many groups there are. */
  get groupCount(): number {
    return this.#groups.size;
  }

  /** How many subscriptions run. */
  get subscriberCount(): number {
    let count = 0;
    for (const group of this.#groups.values()) count += group.size;
    return count;
  }

  /** @returns the running subscription, or the errors for which it cannot start */
  async start(operation: LiveOperation, subscriber: Subscriber): Promise<Live | ExecutionResult> {
    const stream = await createSourceEventStream({
      ...operation.args,
      hideSuggestions: this.#graphql.production,
    });
    if (!(stream instanceof FeedSource)) {
      return { errors: this.#graphql.maskErrors((stream as ExecutionResult).errors ?? []) };
    }
    let source: FeedSource = stream;
    if (operation.lastCursor !== undefined) {
      try {
        source = await this.#hub.resume(source, operation.lastCursor);
      } catch (error) {
        return { errors: this.#graphql.maskErrors([error]) };
      }
    }

    const key = groupKey(operation.args);
    const known = this.#groups.get(key);
    if (known) return new Member(known, source, subscriber);
    const group = new Group(source.from(source.head), operation, this.#graphql, () => {
      if (this.#groups.get(key) === group) this.#groups.delete(key);
    });
    this.#groups.set(key, group);
    return new Member(group, source, subscriber);
  }
}

class Group {
  /** The last event that was delivered. */
  number: number;
  readonly #members = new Set<Member>();
  /** Members, and those who are still catching up. */
  readonly #users = new Set<Member>();
  readonly #events: AsyncGenerator<ReviewEvent, void>;
  readonly #operation: LiveOperation;
  readonly #graphql: Graphql;
  readonly #onEnd: () => void;

  constructor(source: FeedSource, operation: LiveOperation, graphql: Graphql, onEnd: () => void) {
    this.number = source.start;
    this.#graphql = graphql;
    this.#operation = operation;
    this.#onEnd = onEnd;
    this.#events = source[Symbol.asyncIterator]();
    void this.#deliver();
  }

  get size(): number {
    return this.#users.size;
  }

  /** Keeps the group while a subscriber catches up or is a member. */
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

  /** The event's result. While the database is away, a document that needs it waits: no event is lost to that. */
  async textOf(event: ReviewEvent): Promise<string> {
    const { args, execute } = this.#operation;
    try {
      for (;;) {
        const contextValue = { ...args.contextValue, budget: this.#graphql.newBudget() };
        const result = await execute({ ...args, contextValue, rootValue: event });
        if (!isAway(result) || this.#users.size === 0) return stringifyJson(result);
        await pause(RETRY_MS, undefined, { ref: false });
      }
    } catch (error) {
      return this.failure(error);
    }
  }

  /** An error as the result that a client is told of it. */
  failure(error: unknown): string {
    return stringifyJson({ errors: this.#graphql.maskErrors([error]) });
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
  #catchingUp: AsyncGenerator<ReviewEvent, void> | undefined;
  #number: number;
  #stopped = false;

  constructor(group: Group, source: FeedSource, subscriber: Subscriber) {
    this.#group = group;
    this.#subscriber = subscriber;
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
  }

  /** Ends it from this side. */
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

/** Whether a result lacks something because what the service stands on is away for a moment. */
const isAway = ({ errors }: ExecutionResult): boolean =>
  errors?.some(({ extensions }) => extensions['code'] === 'SERVICE_UNAVAILABLE') ?? false;

/** Operations of the same key get the same results from the same events. */
function groupKey({
  document,
  operationName,
  variableValues,
  contextValue,
}: LiveOperation['args']) {
  const { userId, actor, scopes } = contextValue.viewer;
  const cursor = cursorVariable(document, operationName);
  const variables = Object.entries(variableValues ?? {}).filter(([name]) => name !== cursor);
  return stringifyJson([
    userId,
    actor,
    scopes.toSorted(),
    document.loc?.source.body ?? print(document),
    operationName ?? null,
    variables,
  ]);
}

const cursorVariables = new WeakMap<DocumentNode, Map<string, string | undefined>>();

/** The variable that says where to begin, where it says nothing else: with it, results do not differ. */
function cursorVariable(document: DocumentNode, operationName?: string | null): string | undefined {
  const known = cursorVariables.get(document) ?? new Map<string, string | undefined>();
  cursorVariables.set(document, known);
  const name = operationName ?? '';
  if (!known.has(name)) known.set(name, findCursorVariable(document, operationName));
  return known.get(name);
}

function findCursorVariable(document: DocumentNode, operationName?: string | null) {
  const [field] = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  if (field?.kind !== Kind.FIELD) return undefined;
  const after = field.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (after?.kind !== Kind.VARIABLE) return undefined;
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      if (name.value === after.name.value) uses++;
    },
  });
  return uses === 1 ? after.name.value : undefined;
}
