import { expect, it } from 'vitest';
import { findingsInEveryLook, seriousFindings } from '../support/axe.ts';
import {
  ask,
  autoApprovals,
  createAutoApproval,
  register,
  revokeAutoApproval,
} from '../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

it('all standing approvals are on one page, with what they cover, and can be revoked there', async () => {
  const { agent, reviewer } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, {
    nodeId: 'refund',
    requestedBy: 'agent',
    when: 'payload.amount <= 500',
    maxUses: 10,
  });
  await createAutoApproval(reviewer, { nodeId: 'old' });
  await revokeAutoApproval(reviewer, 'exec', 'old');
  const page = await pages.open(reviewer);
  await page.getByRole('link', { name: 'Standing approvals' }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/standing');
  const row = page.getByRole('row', { name: /refund/ });
  await row.getByText('payload.amount <= 500').waitFor();
  const text = await row.textContent();
  for (const part of [
    'graph v1',
    'Run exec',
    'agent where',
    'reviewer,',
    '0 of 10',
    'expires in',
  ]) {
    expect(text).toContain(part);
  }
  expect(await page.getByRole('row', { name: /old/ }).count()).toBe(0);
  expect(await findingsInEveryLook(page)).toEqual([]);
  await row.getByRole('button', { name: 'Revoke… refund' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('Nothing is approved without asking.').waitFor();
  expect((await autoApprovals(reviewer, 'exec')).every(({ active }) => !active)).toBe(true);
  await page.getByRole('button', { name: 'Ended' }).click();
  await page.getByRole('row', { name: /old/ }).getByText('Revoked by reviewer').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Standing approvals' }).waitFor();
});

it('who may only read sees them without buttons', async () => {
  const { agent, reviewer, user } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'refund' });
  const reader = service.as({ user, actor: 'rita', scopes: ['review:read'] });
  const page = await pages.open(reader, { path: '/standing' });
  await page.getByRole('row', { name: /refund/ }).waitFor();
  expect(await page.getByRole('button', { name: /Revoke/ }).count()).toBe(0);
});

it.each([
  ['The next 10', 'Approve this and the next 10', { maxUses: 10 }],
  ['For 1 hour', 'Approve this and all for 1 hour', { maxUses: null }],
  ['For this run', 'Approve this and all of this run', { maxUses: null }],
] as const)('a standing approval is given with a limit: %s', async (choice, button, given) => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one', { nodeId: 'send' });
  const page = await pages.open(reviewer, { path: '/r/one' });
  await page.getByRole('button', { name: 'Approve all future…' }).waitFor();
  await page.waitForTimeout(LOOK_MS);
  await page.getByRole('button', { name: 'Approve all future…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('requests for this step').first().waitFor();
  const limits = dialog.getByRole('group', { name: 'How many requests' });
  expect(await limits.getByRole('radio').first().isChecked()).toBe(true);
  await limits.getByRole('radio', { name: choice }).check();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: button }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(() => autoApprovals(reviewer, 'exec')).toMatchObject([given]);
  const [approval] = await autoApprovals(reviewer, 'exec');
  const hours = (Date.parse(approval?.expiresAt ?? '') - Date.now()) / 3_600_000;
  expect(Math.round(hours)).toBe(choice === 'For 1 hour' ? 1 : 24);
});
