import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openConnections, type Queries } from '../../src/database/connections.ts';
import { deliver } from '../../src/webhooks/deliver.ts';
import { newSecret } from '../../src/webhooks/message.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { Receiver } from './receiver.ts';

const LEASE_MS = 300;
const slot = { userId: 'acme', webhookId: 'hook', slot: 1 };
const options = {
  timeoutMs: LEASE_MS / 2,
  leaseMarginMs: LEASE_MS / 2,
  pausesMs: [1_000],
  lifetimeMs: 60_000,
  allowPrivate: true,
  onAttempt: () => {},
};

const database = await testDatabase();
const connections = openConnections(database.url, 2, () => {});
afterAll(() => connections.close());

it('a process that hears of its lease when that has ended sends nothing: another one has sent it, and more', async () => {
  const receiver = await Receiver.open();
  await database.sql(
    `INSERT INTO "Webhook" ("userId", "id", "url", "secret", "cursor", "createdBy")
    VALUES ('acme', 'hook', $1, $2, 0, 'ann')`,
    [receiver.url, newSecret()],
  );
  await database.sql(
    `INSERT INTO "WebhookSlot" ("userId", "webhookId", "slot") VALUES ('acme', 'hook', 1)`,
  );
  await database.sql(
    `INSERT INTO "WebhookDelivery" ("userId", "webhookId", "number", "kind", "nodeExecId", "slot", "body")
    SELECT 'acme', 'hook', number, 'REQUESTED', 'step', 1,
      json_build_object('type', 'review', 'data', json_build_object('cursor', number::text))::text
    FROM generate_series(1, 2) number`,
  );

  // The network between it and the database stalls, and what was answered comes once it is well again.
  const healed = Promise.withResolvers<void>();
  const isTaken = Promise.withResolvers<void>();
  const stalled: Queries = {
    async query(statement, values) {
      const rows = await connections.query(statement, values);
      isTaken.resolve();
      await healed.promise;
      return rows as never;
    },
  };
  const { signal } = new AbortController();
  const late = deliver(stalled, slot, true, options, signal);
  await isTaken.promise;
  await pause(LEASE_MS);
  await deliver(connections, slot, true, options, signal);
  healed.resolve();
  await late;
  expect(receiver.received.map(({ data }) => data.cursor)).toEqual(['1', '2']);
});
