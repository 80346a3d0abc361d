import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { type Connections, openConnections } from '../../src/database/connections.ts';
import { Job } from '../../src/jobs/job.ts';
import { deliveryJob } from '../../src/webhooks/deliveryJob.ts';
import { newSecret } from '../../src/webhooks/message.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { Receiver } from './receiver.ts';

const LEASE_MS = 300;
const { run } = deliveryJob({
  timeoutMs: LEASE_MS / 2,
  leaseMarginMs: LEASE_MS / 2,
  allowPrivate: true,
});

const database = await testDatabase();
const connections = openConnections(database.url, 2, () => {});
afterAll(() => connections.close());

/** Claims and runs the job, as a process would over these connections. */
async function claimAndRun(webhookId: string, on: Connections): Promise<void> {
  const job = new Job({ userId: 'acme', kind: 'deliverWebhook', key: webhookId }, LEASE_MS, {
    database: on,
    stopping: new AbortController().signal,
    interrupting: new AbortController().signal,
    isCrowded: () => false,
    isBusy: () => false,
  });
  if (await job.claim()) await job.release(await run(job));
}

it.each(['claimJob', 'dueWebhookDeliveries'])(
  'a process whose lease ends before %s is answered sends nothing, because another has sent it',
  async (name) => {
    const receiver = await Receiver.open();
    await database.sql(
      `INSERT INTO "Webhook" ("userId", "id", "url", "secret", "cursor", "createdBy")
    VALUES ('acme', $1, $2, $3, 0, 'ann')`,
      [name, receiver.url, newSecret()],
    );
    await database.sql(
      `INSERT INTO "Job" ("userId", "kind", "key", "dueAt") VALUES ('acme', 'deliverWebhook', $1, now())`,
      [name],
    );
    await database.sql(
      `INSERT INTO "WebhookDelivery" ("userId", "webhookId", "number", "kind", "nodeExecId", "body")
    SELECT 'acme', $1, number, 'REQUESTED', 'step',
      json_build_object('type', 'review', 'data', json_build_object('cursor', number::text))::text
    FROM generate_series(1, 2) number`,
      [name],
    );

    // The network to the database stalls. The answer arrives when it has recovered.
    const recovered = Promise.withResolvers<void>();
    const stalls = Promise.withResolvers<void>();
    const stalled: Connections = {
      ...connections,
      async query(statement, values) {
        const rows = await connections.query<never>(statement, values);
        if (statement.name === name) {
          stalls.resolve();
          await recovered.promise;
        }
        return rows;
      },
    };
    const late = claimAndRun(name, stalled);
    await stalls.promise;
    await pause(LEASE_MS);
    await claimAndRun(name, connections);
    recovered.resolve();
    await late;
    expect(receiver.received.map(({ data }) => data.cursor)).toEqual(['1', '2']);
  },
);
