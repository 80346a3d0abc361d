import { createClient } from '@holdpoint/client';
import { approve, scriptedReviewer, startHoldpoint } from '@holdpoint/client/testing';
import { expect, it } from 'vitest';

it('starts a service for tests, creates tokens, and cleans up', async () => {
  const service = await startHoldpoint();
  try {
    const token = await service.token({ actor: 'agent', scope: 'review:request' });
    const human = await service.token({ actor: 'ada', scope: 'review:decide' });
    const { url } = service;
    await using reviewer = await scriptedReviewer({ url, token: human, script: [approve()] });
    const outcome = await createClient({ url, token }).review({
      execution: 'run-1',
      node: 'send',
      payload: 1,
    });
    expect(outcome).toMatchObject({ approved: true, decidedBy: 'ada' });
    await reviewer.finish();
  } finally {
    await service.stop();
  }
  await expect(fetch(service.url)).rejects.toThrow();
}, 60_000);
