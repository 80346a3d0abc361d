import { setTimeout as pause } from 'node:timers/promises';
import { Follower, type Transport } from '../../feed/promises/follower.ts';
import type { History, SeenEvent } from '../history.ts';
import type { Random } from '../random.ts';
import { eventDocument } from './operations.ts';
import { tokenOf } from './token.ts';

const RESUME_MS = 100;
/** The maximum duration of a connection, after which the client reconnects. */
const MAX_LIFE_MS = 15_000;

type Event = Omit<SeenEvent, 'type' | 'follower' | 'owner' | 'cursor'> & { cursor: string };

export type SubscriberOptions = {
  name: string;
  owner: string;
  transport: Transport;
  /** Limits it to one execution. */
  graphExecId?: string;
  /** Limits it to what this agent requested or may consume, by using its token. */
  actor?: string;
  urls: readonly string[];
  history: History;
  random: Random;
};

/**
 * Follows a feed from the start. After a disconnection it resumes by cursor on any server.
 */
export class Subscriber {
  readonly owner: string;
  readonly graphExecId: string | null;
  readonly actor: string | null;
  /** The cursor of the last event that arrived. */
  cursor = 0;
  /** Errors other than an unavailable service. */
  readonly refusals: string[] = [];
  resumed = 0;
  #closed = false;
  #follower: Follower<Event> | undefined;
  readonly #options: SubscriberOptions;
  readonly #running: Promise<void>;

  constructor(options: SubscriberOptions) {
    const { name, owner, transport, graphExecId = null, actor = null, history } = options;
    this.owner = owner;
    this.graphExecId = graphExecId;
    this.actor = actor;
    this.#options = options;
    const what = { after: 0, graphExecId, actor };
    history.append({ type: 'follow', follower: name, owner, transport, ...what });
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#follower?.cut();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { name, owner, transport, urls, history, random } = this.#options;
    const { token } =
      this.actor === null
        ? await tokenOf(owner, name, 'review:read', 0)
        : await tokenOf(owner, this.actor, 'review:request', 0);
    while (!this.#closed) {
      const after = String(this.cursor);
      const query = eventDocument;
      const variables = this.graphExecId === null ? {} : { graphExecId: this.graphExecId };
      const follower = new Follower<Event>(random.pick(urls), token, {
        transport,
        after,
        query,
        variables,
      });
      this.#follower = follower;
      follower.onEvent = (event) => {
        this.cursor = Number(event.cursor);
        history.append({ type: 'event', follower: name, owner, ...event, cursor: this.cursor });
      };
      const end = Date.now() + random.int(1_000, MAX_LIFE_MS);
      while (!follower.closed && !follower.errors && !this.#closed && Date.now() < end) {
        await pause(RESUME_MS);
      }
      follower.cut();
      const code = follower.errors?.[0]?.extensions?.['code'];
      if (follower.errors && code !== 'SERVICE_UNAVAILABLE') {
        this.refusals.push(`${name}: ${JSON.stringify(follower.errors)}`);
      }
      this.resumed++;
      await pause(random.int(0, RESUME_MS));
    }
  }
}
