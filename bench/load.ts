// The load process, started by openLoad.ts with the number of its connections. It runs one plan at
// a time.
import { Connection } from './connection.ts';
import { check, type Plan, requestOf } from './requests.ts';

const connectionCount = Number(process.argv[2]);

export type Outcome = { seconds: number } | { failure: string };

/** Sends all requests of the plan. Each connection sends its next request after an answer. */
async function carryOut(plan: Plan): Promise<number> {
  const url = new URL(plan.url);
  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => Connection.open(url)),
  );
  let next = 0;
  const start = performance.now();
  try {
    await Promise.all(
      connections.map(async (connection) => {
        while (next < plan.count) {
          const number = next++;
          check(plan, number, await connection.send(requestOf(plan, number)));
        }
      }),
    );
    return (performance.now() - start) / 1_000;
  } finally {
    for (const connection of connections) connection.close();
  }
}

process.on('message', async (plan: Plan) => {
  const outcome: Outcome = await carryOut(plan).then(
    (seconds) => ({ seconds }),
    (error: Error) => ({ failure: error.message }),
  );
  process.send?.(outcome);
});
process.on('disconnect', () => process.exit());
