import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { keepOffFirstCore } from './cores.ts';
import type { Subscription } from './feedSocket.ts';
import type { Deliveries, Order, Report } from './subscribers.ts';

/** Subscribers per process, below the usual limit on open files. */
const MAX_EACH = 5_000;

export type Subscribers = {
  /** Adds subscribers. Resolves once all of them receive events. */
  open(subscriptions: readonly Subscription[]): Promise<void>;
  /** Resolves once each subscriber has received `each` events since the last call. */
  collect(each: number): Promise<Deliveries>;
  close(): Promise<void>;
};

type Process = { count: number; ask(order: Order): Promise<Report>; close(): Promise<unknown> };

/** Runs subscribers in separate processes. */
export function openSubscribers(): Subscribers {
  const processes: Process[] = [];
  return {
    async open(subscriptions) {
      for (let start = 0; start < subscriptions.length; start += MAX_EACH) {
        const batch = subscriptions.slice(start, start + MAX_EACH);
        const process = startProcess(batch.length);
        processes.push(process);
        await process.ask({ open: batch });
      }
    },
    async collect(each) {
      const reports = await Promise.all(
        processes.map(({ ask, count }) => ask({ collect: each * count }) as Promise<Deliveries>),
      );
      return {
        numbers: reports.flatMap(({ numbers }) => numbers),
        times: reports.flatMap(({ times }) => times),
        text: reports[0]?.text ?? '',
      };
    },
    async close() {
      await Promise.all(processes.map((process) => process.close()));
    },
  };
}

function startProcess(count: number): Process {
  const child = fork(fileURLToPath(new URL('subscribers.ts', import.meta.url)), {
    execArgv: ['--conditions=holdpoint-source'],
  });
  keepOffFirstCore(child.pid as number);
  const ended = once(child, 'exit');
  return {
    count,
    async ask(order) {
      child.send(order);
      const died = ended.then(() => [{ failure: 'exited unexpectedly' }]);
      const [report] = (await Promise.race([once(child, 'message'), died])) as [Report];
      if ('failure' in report) throw new Error(`Subscriber failed: ${report.failure}`);
      return report;
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
