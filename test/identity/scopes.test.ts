import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/identity/viewer.ts';
import { schema } from '../../src/schema/index.ts';
import { testService } from '../support/testService.ts';
import { graph, node, operations, place, tokens } from './operations.ts';

const service = await testService();

const includes = (held: readonly Scope[], needed: Scope) =>
  held.includes(needed) || (needed === 'review:read' && held.includes('review:decide'));

it('every operation of the schema is in this table', () => {
  const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const names = fields.flatMap((type) => Object.keys(type?.getFields() ?? {}));
  expect(Object.keys(operations).sort()).toEqual(names.sort());
});

describe.each(tokens.map((scopes) => ({ scopes })))('a token with $scopes', ({ scopes }) => {
  it.each(Object.entries(operations))(
    'may, or may not: %s',
    async (_name, { needs, also, documents }) => {
      const allowed =
        (needs.length === 0 || needs.some((scope) => includes(scopes, scope))) &&
        (also === undefined || includes(scopes, also));
      const user = `owner-${scopes.join()}`;
      const client = service.as({ user, actor: 'somebody', scopes });
      await service.sql(
        `INSERT INTO "GraphExecution" ("userId", "graphExecId", "graphId", "graphVersion", "status", "updatedAt")
      VALUES ($1, 'e', 'g', 1, 'RUNNING', now()) ON CONFLICT DO NOTHING`,
        [user],
      );
      for (const document of documents) {
        const codes = document.startsWith('subscription')
          ? await codesOfSubscription(client, document)
          : [await client.answer(document), await client.answer(document)].map(
              ({ errors }) => errors[0]?.extensions?.['code'],
            );
        expect(codes).toEqual(codes.map(() => (allowed ? undefined : 'FORBIDDEN')));
      }
    },
  );
});

type Client = ReturnType<typeof service.as>;

async function codesOfSubscription(client: Client, document: string): Promise<unknown[]> {
  const codes: unknown[] = [];
  for (const over of ['subscribe', 'subscribeSse'] as const) {
    const subscription = client[over](document);
    const end = subscription.next().then(
      () => undefined,
      (error) => error,
    );
    const first = await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 150))]);
    codes.push(
      (first as { errors?: { extensions: { code: string } }[] })?.errors?.[0]?.extensions.code,
    );
    await subscription.close();
  }
  return codes;
}

it('rows of another workspace do not exist, whatever the scopes', async () => {
  const { agent } = service.team();
  const ask = `mutation ($id: ID!) { requestReview(input: { nodeExecId: $id, ${place}, ${graph} }) { __typename } }`;
  await agent.query(ask, { id: 'mine' });
  const other = service.team();
  expect(await other.reviewer.query('{ reviews(nodeExecIds: ["mine"]) { id } }')).toEqual({
    reviews: [],
  });
  expect(await other.reviewer.query(node('PendingReview', 'mine'))).toEqual({ node: null });
});
