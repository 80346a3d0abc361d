import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { RequestReviewDocument } from '../../packages/client/src/generated/graphql.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdpoint-page-'));
afterAll(() => rm(folder, { recursive: true }));
const manifest = join(folder, 'documents.json');
await writeFile(manifest, '{}');

const pages = await reviewerPages();
const service = await testService({ config: { trustedDocuments: manifest, production: true } });
const { agent, reviewer } = service.team();

it('the page works on a service that accepts trusted documents only', async () => {
  const ask = (nodeExecId: string) =>
    agent.query(RequestReviewDocument, {
      input: {
        nodeExecId,
        graphExecId: 'copilot-session-1',
        graphId: 'g',
        graphVersion: 1,
        payload: { text: `this is ${nodeExecId}` },
      },
    });
  await ask('first');
  const page = await pages.open(reviewer);
  await page.locator('[data-row="first"]').waitFor();
  await ask('second'); // arrives over the WebSocket
  await page.locator('[data-row="second"]').waitFor();
  await page.locator('[data-row="first"]').click();
  await page.getByText('this is first').first().waitFor();
  await page.waitForTimeout(LOOK_MS);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('region', { name: 'Undo' }).getByText('Approved').waitFor();
  const [row] = await service.sql(
    `SELECT "status" FROM "PendingReview" WHERE "nodeExecId" = 'first'`,
  );
  expect(row).toEqual({ status: 'APPROVED' });
});
