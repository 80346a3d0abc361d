import { expect, it } from 'vitest';
import { openConnections, type Queries } from '../../src/database/connections.ts';
import { queueEvents, type Subscription } from '../../src/webhooks/queueEvents.ts';
import { testDatabase } from '../support/testDatabase.ts';

const database = await testDatabase();
const connections = openConnections(database.url, 2, () => {});
database.beforeDrop(() => connections.close());

const happens = (nodeExecId: string) =>
  database.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy") VALUES ('owner', $1, 'exec', 'graph', 1, 'node', '1', 'agent')`,
    [nodeExecId],
  );

async function subscription(): Promise<Subscription> {
  const [row] = await database.sql<{ cursor: string; last: string }>(
    `SELECT "cursor", "lastNumber" AS "last" FROM "Webhook" JOIN "OwnerCounter" USING ("userId")`,
  );
  const [cursor, lastNumber] = [Number(row?.cursor), Number(row?.last)];
  return { userId: 'owner', webhookId: 'hook', kinds: [], cursor, lastNumber };
}

/** The same connections, but with work to do after a given statement. */
const after = (name: string, work: () => Promise<unknown>): Queries => ({
  async query(statement, values) {
    const rows = await connections.query<never>(statement, values);
    if (statement.name === name) await work();
    return rows;
  },
});

it('a webhook whose old events were deleted misses no event committed while it skips them', async () => {
  await happens('old');
  await database.sql(
    `INSERT INTO "Webhook" ("userId", "id", "url", "kinds", "secret", "cursor", "createdBy")
    VALUES ('owner', 'hook', 'https://example.com/', '{}', 'whsec_AAAA', 0, 'ops')`,
  );
  await database.sql(`DELETE FROM "ReviewEvent"`);

  await queueEvents(
    after('readWebhookMessages', () => happens('new')),
    await subscription(),
  );
  await queueEvents(connections, await subscription());
  expect(await database.sql(`SELECT "nodeExecId", "kind" FROM "WebhookDelivery"`)).toEqual([
    { nodeExecId: 'new', kind: 'REQUESTED' },
  ]);
});

it('an event is queued once, even if two processes have read it', async () => {
  await happens('both');
  const before = await subscription();
  await Promise.all([queueEvents(connections, before), queueEvents(connections, before)]);
  await database.sql(`DELETE FROM "WebhookDelivery" WHERE "nodeExecId" = 'both'`);
  await queueEvents(connections, before);
  expect(await database.sql(`SELECT "nodeExecId" FROM "WebhookDelivery"`)).toEqual([
    { nodeExecId: 'new' },
  ]);
});
