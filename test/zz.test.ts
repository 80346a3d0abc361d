import { it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { migrate } from '../src/database/migrate.ts';
import { testDatabase } from './support/testDatabase.ts';
const database = await testDatabase({ empty: true });
it('x', async () => {
  await database.pool.query(await readFile('test/database/fixtures/version-1.1.sql', 'utf8'));
  console.log(await migrate(database.url));
  console.log(await database.sql('select "nodeExecId","nodeId","askId","validUntil","payload","originalPayload" from "PendingReview" order by 1'));
  console.log(await database.sql('select * from "GraphExecution"'));
  console.log(await database.sql('select * from "AutoApproval"'));
  console.log(await database.sql('select number, kind, "nodeExecId", "requestedBy" from "ReviewEvent" where number > 24 order by "userId", number'));
  await database.sql(`update "PendingReview" set "nodeExecId" = 'other' where "nodeExecId" = 'waiting'`);
  await database.sql(`update "PendingReview" set "payload" = '1' where "nodeExecId" = 'other' and "userId" = 'acme'`);
  await database.sql(`update "PendingReview" set "voidedAt" = now() where "nodeExecId" = 'approved'`);
  await database.sql(`update "PendingReview" set "voidedAt" = now() where "nodeExecId" = 'approved-long-ago' or "nodeExecId" = 'edited'`);
  await database.sql(`delete from "PendingReview"  where "nodeExecId" = 'approved-long-ago' or "nodeExecId" = 'edited'`);
  console.log(await database.sql('select * from "ReviewEvent" where number > 42 order by "userId", number'), await database.sql('select * from "OwnerCounter"'));
}, 100000);
