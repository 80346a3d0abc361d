import { readFile } from 'node:fs/promises';
import { createClient, exactJson, payloadDigest, stepId } from '@holdpoint/client';
import canonicalize from 'canonicalize';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';

// The Python client is tested with the same vectors, in python/tests/test_vectors.py.

const service = await testService();

const vectors = async <Vector>(name: string): Promise<Vector[]> =>
  JSON.parse(await readFile(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));

it('computes the digests of 500 values as the service does', async () => {
  const found = await vectors<{ json: string; digest: string }>('digests.json');
  expect(found).toHaveLength(500);
  const agent = createClient({ url: service.url, token: await service.team().agent.token });
  await Promise.all(
    found.map(async ({ json, digest }, number) => {
      expect(await payloadDigest(JSON.parse(json))).toBe(digest);
      const { review } = await agent.requestReview({
        ...{ nodeExecId: `value-${number}`, graphExecId: 'run-1', graphId: 'agent' },
        graphVersion: 1,
        payload: exactJson(json),
      });
      expect(review.payloadDigest).toBe(digest);
    }),
  );
}, 60_000);

it('writes the numbers of the RFC', async () => {
  for (const { bits, text } of await vectors<{ bits: string; text: string }>('numbers.json')) {
    expect(canonicalize(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  }
});

it('makes the ids of steps', async () => {
  type Vector = Parameters<typeof stepId>[0] & { id: string };
  for (const { id, ...step } of await vectors<Vector>('stepIds.json')) {
    expect(await stepId(step)).toBe(id);
  }
});
