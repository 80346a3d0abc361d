import { setTimeout as pause } from 'node:timers/promises';
import { Follower, type Transport } from '../../feed/promises/follower.ts';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';
import { eventDocument } from './operations.ts';
import { tokenOf } from './token.ts';

const RESUME_MS = 100;
/** How long a connection lives at most: then the client itself goes away in the middle, and comes back. */
const MAX_LIFE_MS = 15_000;

type Event = {
  cursor: string;
  kind: string;
  nodeExecId: string;
  actor: string;
  review: { status: string; decisionSource: string | null; payloadDigest: string } | null;
};

export type SubscriberOptions = {
  name: string;
  owner: string;
  transport: Transport;
  graphExecId?: string;
  urls: readonly string[];
  history: History;
  random: Random;
};

/** Follows an owner's feed from its beginning, and resumes by cursor at any server whenever it is cut off. */
export class Subscriber {
  readonly owner: string;
  readonly graphExecId: string | null;
  /** Of the last event that came. */
  cursor = 0;
  /** Why it was refused, where that was not for the service being away. */
  readonly refusals: string[] = [];
  resumed = 0;
  #closed = false;
  #follower: Follower<Event> | undefined;
  readonly #options: SubscriberOptions;
  readonly #running: Promise<void>;

  constructor(options: SubscriberOptions) {
    const { name, owner, transport, graphExecId = null, history } = options;
    this.owner = owner;
    this.graphExecId = graphExecId;
    this.#options = options;
    history.append({ type: 'follow', follower: name, owner, transport, after: 0, graphExecId });
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#follower?.cut();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { name, owner, transport, urls, history, random } = this.#options;
    const { token } = await tokenOf(owner, name, 'review:read', 0);
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
        const { cursor, kind, nodeExecId, actor, review } = event;
        this.cursor = Number(cursor);
        history.append({
          type: 'event',
          follower: name,
          owner,
          cursor: this.cursor,
          kind,
          nodeExecId,
          actor,
          review,
        });
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
