import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './load.ts';
import type { Plan } from './requests.ts';

export type Load = {
  /**
   * Runs a plan and returns its duration in seconds.
   * @throws Error if an answer is wrong
   */
  run(plan: Plan): Promise<number>;
  close(): void;
};

/** Starts the load process with this number of concurrent connections. */
export function openLoad(connections: number): Load {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), [String(connections)], {
    execArgv: ['--conditions=holdpoint-source'],
  });
  const ended = once(child, 'exit').then((): [Outcome] => [
    { failure: 'the load process exited unexpectedly' },
  ]);
  return {
    async run(plan) {
      child.send(plan);
      const [outcome] = (await Promise.race([once(child, 'message'), ended])) as [Outcome];
      if ('failure' in outcome) throw new Error(outcome.failure);
      return outcome.seconds;
    },
    close: () => child.connected && child.disconnect(),
  };
}
