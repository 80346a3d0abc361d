import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openConnections } from '../../src/database/connections.ts';
import { statement } from '../../src/database/statement.ts';
import { dueDeliveries } from '../../src/webhooks/deliveryQueue.ts';
import { testDatabase } from '../support/testDatabase.ts';

const BACKLOG = 5_000;
const key = { userId: 'acme', webhookId: 'hook' };

const database = await testDatabase();

beforeAll(async () => {
  await database.sql('ALTER TABLE "WebhookDelivery" SET (autovacuum_enabled = off)');
  await database.sql(
    `INSERT INTO "Webhook" ("userId", "id", "url", "secret", "cursor", "createdBy")
    VALUES ('acme', 'hook', 'https://example.com', 'whsec_', 0, 'ann')`,
  );
  await database.sql(
    `INSERT INTO "WebhookDelivery" ("userId", "webhookId", "number", "kind", "nodeExecId", "body")
    SELECT 'acme', 'hook', number, 'REQUESTED', 'step-' || number / 4, repeat('x', 600)
    FROM generate_series(1, ${BACKLOG}) number`,
  );
});

const rowsRead = statement(
  'rowsRead',
  `SELECT (seq_tup_read + idx_tup_fetch)::int AS "count" FROM pg_stat_xact_user_tables
  WHERE relname = 'WebhookDelivery'`,
);

// After a crash, PostgreSQL no longer knows when to analyze a table.
it.each(['never analyzed', 'analyzed'])(
  'the next delivery is found without scanning the backlog, %s',
  async (when) => {
    if (when === 'analyzed') await database.sql('ANALYZE "WebhookDelivery"');
    const connections = openConnections(database.url, 1, () => {});
    onTestFinished(() => connections.close());
    // PostgreSQL keeps one plan from the sixth execution on.
    for (let time = 0; time < 8; time++) {
      await connections.transaction(async (queries) => {
        const due = await dueDeliveries(queries, key, ['step-1'], 3);
        expect(due).toMatchObject([
          { number: 1, nodeExecId: 'step-0' },
          { number: 8, nodeExecId: 'step-2' },
          { number: 12, nodeExecId: 'step-3' },
        ]);
        const [read] = await queries.query<{ count: number }>(rowsRead, []);
        expect(read?.count).toBeLessThan(BACKLOG / 10);
      });
    }
  },
);
