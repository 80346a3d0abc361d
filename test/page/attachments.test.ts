import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { png } from './payload/realPayloads.ts';

const pages = await reviewerPages();
const service = await testService();

async function upload(agent: TestClient, bytes: Buffer, mediaType: string): Promise<string> {
  const response = await fetch(`${new URL(agent.url).origin}/attachments`, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'content-type': mediaType, authorization: `Bearer ${await agent.token}` },
  });
  const { digest } = (await response.json()) as { digest: string };
  return digest;
}

it('89. an image that the payload names is shown, and other files can be saved under their name', async () => {
  const { agent, reviewer } = service.team();
  const image = await upload(agent, Buffer.from(png, 'base64'), 'image/png');
  const pdf = await upload(agent, Buffer.from('%PDF-1.7 contract'), 'application/pdf');
  await ask(agent, 'files', {
    payload: {
      photo: { $attachment: image, name: 'office.png' },
      contract: { $attachment: pdf, name: 'contract 2027.pdf' },
    },
  });
  const page = await pages.open(reviewer, { path: '/r/files' });
  const shown = page.getByRole('img', { name: /office\.png/ });
  await shown.waitFor();
  await expect
    .poll(() => shown.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth))
    .toBe(240);
  const contract = page.locator('figure', { hasText: 'contract 2027.pdf' });
  expect(await contract.textContent()).toContain('application/pdf, 17 bytes');
  expect(await contract.locator('img').count()).toBe(0);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    contract.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('contract 2027.pdf');
  expect(await readFile(await saved.path(), 'utf8')).toBe('%PDF-1.7 contract');
});
