import { appendFileSync } from 'node:fs';
import { createClient } from '@holdpoint/client';
import { runWithReviews } from '@holdpoint/langgraph';
import { interrupt } from '@langchain/langgraph';
import { FileSaver } from './fileSaver.ts';
import { parallel } from './graphs.ts';

// A worker for one thread, in a process of its own, which kills itself at a given point. It prints
// what happens to stdout.

const [url = '', token = '', folder = '', death = 'none', takeOver = ''] = process.argv.slice(2);

const die = (at: string): void => {
  if (at === death) process.kill(process.pid, 'SIGKILL');
};
const say = (what: unknown): void => console.log(JSON.stringify(what));

const holdpoint = createClient({ url, token });
const client = {
  ...holdpoint,
  async consumeReview(...args: Parameters<typeof holdpoint.consumeReview>) {
    die('decided');
    const consumed = await holdpoint.consumeReview(...args);
    die('consumed');
    return consumed;
  },
};

const graph = parallel(
  {
    deploy: () => {
      const { approved, data } = interrupt({ version: 1 }) as { approved: boolean; data: unknown };
      die('resumed');
      appendFileSync(`${folder}/deployed`, `${JSON.stringify({ approved, data })}\n`);
      return approved;
    },
  },
  new FileSaver(`${folder}/checkpoints.json`),
);

try {
  const config = { configurable: { thread_id: 'deployment' } };
  const { log } = await runWithReviews(graph, { log: ['start'] }, config, {
    client,
    takeOver: takeOver === 'takeOver',
    onWaiting: (nodeExecId) => {
      say({ waiting: nodeExecId });
      die('waiting');
    },
  });
  say({ log });
} catch (error) {
  say({ error: (error as Error).name });
  process.exitCode = 1;
}
