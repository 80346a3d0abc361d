import { expect, it } from 'vitest';
import { listsIn } from '../../src/search/terms.ts';
import { approve, ask, deleteReview, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { findAll, upToDate } from './operations.ts';

const service = await testService();

/** The lists that each review is in, and those that its entry says. */
async function listsOf(user: string) {
  const read = (sql: string) =>
    service.sql<{ id: string; lists: string[] }>(
      `SELECT "id", array_agg("list" ORDER BY "list") AS "lists" FROM (${sql}) l GROUP BY "id" ORDER BY "id"`,
      [user],
    );
  return {
    rows: await read(
      `SELECT "nodeExecId" AS "id", "value" AS "list" FROM "SearchList" WHERE "userId" = $1`,
    ),
    entries: await read(
      `SELECT e."nodeExecId" AS "id", l."list" FROM "SearchEntry" e
      CROSS JOIN LATERAL ${listsIn('e."terms"')} l WHERE e."userId" = $1`,
    ),
  };
}

it('90. the lists of values follow every change of a review', async () => {
  const { user, agent, reviewer } = service.team();
  const options = { graphId: 'g', nodeId: 'n', risk: 'HIGH', tags: ['a', "it's", 'a\\b'] };
  for (const id of ['yes', 'no', 'gone', 'again']) await ask(agent, id, options);
  await upToDate(service.database, user);
  const asked = await listsOf(user);
  const common = ['aagent', 'gg', 'nn', 'rHIGH', 'rLOW', 'rMEDIUM', 'ta', 'ta\\b', "tit's"];
  expect(asked.rows[0]?.lists.toSorted()).toEqual(common);
  expect(asked.rows).toEqual(asked.entries);

  await approve(reviewer, 'yes');
  await reject(reviewer, 'no');
  for (const id of ['gone', 'again']) await deleteReview(agent, id);
  await upToDate(service.database, user);
  await ask(agent, 'again', { graphId: 'g', nodeId: 'other' });
  await upToDate(service.database, user);
  const { rows, entries } = await listsOf(user);
  expect(rows).toEqual(entries);
  expect(rows.map(({ id }) => id)).toEqual(['again', 'no', 'yes']);
  expect(rows[0]?.lists.toSorted()).toEqual(['aagent', 'gg', 'nother']);
  expect(rows[2]?.lists.toSorted()).toEqual(
    [...common, 'cREVIEWER', 'dreviewer', 'sAPPROVED'].toSorted(),
  );
  expect(await findAll(reviewer, { nodeId: 'n' })).toEqual(['no', 'yes']);
  expect(await findAll(reviewer, { nodeId: 'other' })).toEqual(['again']);
  expect(await findAll(reviewer, { status: ['REJECTED'] })).toEqual(['no']);
});
