import { expect, it } from 'vitest';
import { type Connections, openConnections } from '../../src/database/connections.ts';
import { takeUp } from '../../src/webhooks/takeUp.ts';
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

/** The same connections; something is done once a statement was answered. */
const after = (name: string, work: () => Promise<unknown>): Connections => ({
  ...connections,
  transaction: (use) =>
    connections.transaction((queries) =>
      use({
        async query(statement, values) {
          const rows = await queries.query<never>(statement, values);
          if (statement.name === name) await work();
          return rows;
        },
      }),
    ),
});

it('a webhook whose old events were deleted misses none that comes while it passes over them', async () => {
  await happens('old');
  await database.sql(
    `INSERT INTO "Webhook" ("userId", "id", "url", "kinds", "secret", "cursor", "createdBy")
    VALUES ('owner', 'hook', 'https://example.com/', '{}', 'whsec_AAAA', 0, 'ops')`,
  );
  await database.sql(`DELETE FROM "ReviewEvent"`);

  await takeUp(
    after('readWebhookMessages', () => happens('new')),
    ['owner'],
  );
  await takeUp(connections, ['owner']);
  expect(await database.sql(`SELECT "nodeExecId", "kind" FROM "WebhookDelivery"`)).toEqual([
    { nodeExecId: 'new', kind: 'REQUESTED' },
  ]);
});
