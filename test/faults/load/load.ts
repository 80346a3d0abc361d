import { setTimeout as pause } from 'node:timers/promises';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';
import { actAsAgent } from './agent.ts';
import { actAsGated } from './gated.ts';
import { actAsManager } from './manager.ts';
import { actAsPlatform } from './policy.ts';
import { actAsReviewer } from './reviewer.ts';
import { actAsSigner, actAsSigningAgent } from './signing.ts';
import { actAsTalker, actAsTalkingAgent } from './talking.ts';
import { Team } from './team.ts';

const MAX_THOUGHT_MS = 60;
/** The longest time between two versions of the policy. */
const MAX_POLICY_MS = 1_500;

export type LoadSize = { teams: number; agents: number; reviewers: number; managers: number };

/** All agents, reviewers and managers, each of which acts in a loop until the load is stopped. */
export class Load {
  readonly teams: Team[];
  #stopped = false;
  readonly #running: Promise<unknown>;

  constructor(size: LoadSize, history: History, random: Random, urls: readonly string[]) {
    this.teams = Array.from(
      { length: size.teams },
      (_, n) => new Team(`owner-${n}`, history, random.fork(), urls, size),
    );
    this.#running = Promise.all(
      this.teams.flatMap((team) => [
        ...team.agents.map((agent) =>
          this.#keepOn(team.random.fork(), (own) => actAsAgent(team, agent, own)),
        ),
        this.#keepOn(team.random.fork(), (own) => actAsGated(team, own)),
        this.#keepOn(team.random.fork(), (own) => actAsSigningAgent(team, own)),
        this.#keepOn(team.random.fork(), (own) => actAsTalkingAgent(team, own)),
        this.#keepOn(team.random.fork(), async (own) => {
          await pause(own.int(0, MAX_POLICY_MS));
          await actAsPlatform(team, own);
        }),
        ...team.reviewers.map((reviewer) =>
          this.#keepOn(team.random.fork(), (own) =>
            own.pick([actAsReviewer, actAsSigner, actAsTalker])(team, reviewer, own),
          ),
        ),
        ...Array.from({ length: size.managers }, () =>
          this.#keepOn(team.random.fork(), (own) => actAsManager(team, own)),
        ),
      ]),
    );
  }

  /** Resolves when the last request was answered or abandoned. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #keepOn(random: Random, act: (random: Random) => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      await act(random);
      await pause(random.int(0, MAX_THOUGHT_MS));
    }
  }
}
