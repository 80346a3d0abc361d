import { expect, it } from 'vitest';
import { rowVersion } from '../../src/reviews/review.ts';
import { claim, company, readBallot, release, vote, withdrawNow } from '../support/ballots.ts';
import { ask } from '../support/operations.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { comment } from './talk.ts';

const service = await testService();

async function versionOf(user: string, nodeExecId: string): Promise<string> {
  const [row] = await service.sql<{ version: string }>(
    `SELECT ${rowVersion('r')} AS "version" FROM "PendingReview" r
    WHERE "userId" = $1 AND "nodeExecId" = $2`,
    [user, nodeExecId],
  );
  return row?.version ?? '';
}

it('87. every change of a review except a comment is a new version of its row', async () => {
  const { agent, reviewer, user } = service.team();
  await ask(agent, 'r', {});
  const versions = [await versionOf(user, 'r')];
  const expectSame = async () => expect(await versionOf(user, 'r')).toBe(versions.at(-1));
  const expectNew = async () => {
    const version = await versionOf(user, 'r');
    expect(versions).not.toContain(version);
    versions.push(version);
  };
  const say = async (client: TestClient) => {
    const added = await comment(client, { nodeExecId: 'r', text: 'A word' });
    expect(added.__typename).toBe('AddCommentPayload');
  };
  for (let round = 0; round < 3; round++) {
    await say(agent);
    await expectSame();
    await say(reviewer);
    await expectSame();
    await claim(reviewer, { nodeExecId: 'r' });
    await expectNew();
    await release(reviewer, 'r');
    await expectNew();
  }
  await service.sql(`UPDATE "PendingReview" SET "payload" = '2' WHERE "userId" = $1`, [user]);
  await expectNew();
});

it('87. votes count and are withdrawn while somebody comments all the time', async () => {
  const { agent, as } = await company(service, { finance: ['ann', 'ben', 'cleo'] });
  const approvalsRequired = [{ teamId: 'finance', count: 3 }];
  await ask(agent, 'r', { approvalsRequired });
  let isOver = false;
  const commenting = Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let n = 0; n < 40 && !isOver; n++) {
        await comment(agent, { nodeExecId: 'r', text: `comment ${n}` });
      }
    }),
  );
  for (const actor of ['ann', 'ben', 'ann']) {
    expect(await vote(as(actor), 'r')).toMatchObject({ votedCount: 1 });
    if (actor === 'ben') await withdrawNow(as('ann'), 'r');
  }
  expect(await vote(as('cleo'), 'r')).toMatchObject({ reviews: [{ status: 'APPROVED' }] });
  isOver = true;
  await commenting;
  expect((await readBallot(agent, 'r')).status).toBe('APPROVED');
});
