import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/identity/viewer.ts';
import { schema } from '../../src/schema/index.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

const node = (type: string, id: string) =>
  `{ node(id: "${Buffer.from(`${type}:${id}`).toString('base64url')}") { id } }`;
const place = 'graphExecId: "copilot-session-1"';
const graph = 'graphId: "g", graphVersion: 1';

/** Every operation, by the scopes of which one is needed; none: any token may. */
const operations: Record<string, { needs: readonly Scope[]; documents: string[] }> = {
  viewer: { needs: [], documents: ['{ viewer { actor } }'] },
  node: {
    needs: ['review:read'],
    documents: [
      node('PendingReview', 'n'),
      node('GraphExecution', 'e'),
      node('AutoApproval', '["e","n"]'),
    ],
  },
  pendingReview: {
    needs: ['review:read'],
    documents: ['{ pendingReview(nodeExecId: "n") { id } }'],
  },
  pendingReviews: { needs: ['review:read'], documents: ['{ pendingReviews { totalCount } }'] },
  pendingReviewsForExecution: {
    needs: ['review:read'],
    documents: [`{ pendingReviewsForExecution(${place}) { totalCount } }`],
  },
  reviewsForExecution: {
    needs: ['review:read'],
    documents: [`{ reviewsForExecution(${place}) { totalCount } }`],
  },
  reviewsByState: {
    needs: ['review:read'],
    documents: ['{ reviewsByState(state: UNCONSUMED) { totalCount } }'],
  },
  consumeReview: {
    needs: ['review:request'],
    documents: [
      `mutation { consumeReview(input: { nodeExecId: "none", payloadDigest: "sha256:${'0'.repeat(64)}" }) { __typename } }`,
    ],
  },
  reportOutcome: {
    needs: ['review:request'],
    documents: [
      'mutation { reportOutcome(input: { nodeExecId: "none", outcome: SKIPPED }) { __typename } }',
    ],
  },
  reviews: { needs: ['review:read'], documents: ['{ reviews(nodeExecIds: ["n"]) { id } }'] },
  hasPendingReviews: { needs: ['review:read'], documents: [`{ hasPendingReviews(${place}) }`] },
  graphExecution: {
    needs: ['review:read'],
    documents: ['{ graphExecution(graphExecId: "e") { id } }'],
  },
  autoApprovals: { needs: ['review:read'], documents: [`{ autoApprovals(${place}) { id } }`] },
  checkApproval: {
    needs: ['review:request'],
    documents: [`{ checkApproval(input: { nodeExecId: "n", nodeId: "n", ${place} }) { status } }`],
  },
  registerExecution: {
    needs: ['review:request'],
    documents: [
      `mutation { registerExecution(input: { graphExecId: "e", ${graph} }) { __typename } }`,
    ],
  },
  requestReview: {
    needs: ['review:request'],
    documents: [
      `mutation { requestReview(input: { nodeExecId: "n", ${place}, ${graph} }) { __typename } }`,
    ],
  },
  deleteReview: {
    needs: ['review:request'],
    documents: ['mutation { deleteReview(input: { nodeExecId: "none" }) { __typename } }'],
  },
  setReviewProcessed: {
    needs: ['review:request'],
    documents: [
      'mutation { setReviewProcessed(input: { nodeExecId: "none", processed: true }) { __typename } }',
    ],
  },
  cancelPendingReviews: {
    needs: ['review:request', 'review:decide'],
    documents: [`mutation { cancelPendingReviews(input: { ${place} }) { __typename } }`],
  },
  decideReviews: {
    needs: ['review:decide'],
    documents: [
      'mutation { decideReviews(input: { decisions: [{ nodeExecId: "none", decision: APPROVE }] }) { __typename } }',
    ],
  },
  createAutoApproval: {
    needs: ['review:decide'],
    documents: [
      `mutation { createAutoApproval(input: { ${place}, nodeId: "n", ${graph} }) { __typename } }`,
    ],
  },
  revokeAutoApproval: {
    needs: ['review:decide'],
    documents: [`mutation { revokeAutoApproval(input: { ${place}, nodeId: "n" }) { __typename } }`],
  },
  pendingReviewAdded: {
    needs: ['review:read'],
    documents: ['subscription { pendingReviewAdded { cursor } }'],
  },
  reviewEvents: { needs: ['review:read'], documents: ['subscription { reviewEvents { cursor } }'] },
  webhooks: {
    needs: ['webhook:manage'],
    documents: ['{ webhooks { id } }', node('Webhook', 'w'), node('WebhookDelivery', 'w:1')],
  },
  webhookDeliveries: {
    needs: ['webhook:manage'],
    documents: ['{ webhookDeliveries(webhookId: "w") { id } }'],
  },
  createWebhook: {
    needs: ['webhook:manage'],
    documents: [
      'mutation { createWebhook(input: { url: "https://receiver.invalid" }) { __typename } }',
    ],
  },
  setWebhookEnabled: {
    needs: ['webhook:manage'],
    documents: [
      'mutation { setWebhookEnabled(input: { webhookId: "w", enabled: true }) { __typename } }',
    ],
  },
  deleteWebhook: {
    needs: ['webhook:manage'],
    documents: ['mutation { deleteWebhook(input: { webhookId: "w" }) { __typename } }'],
  },
  rotateWebhookSecret: {
    needs: ['webhook:manage'],
    documents: ['mutation { rotateWebhookSecret(input: { webhookId: "w" }) { __typename } }'],
  },
  redeliverWebhookEvent: {
    needs: ['webhook:manage'],
    documents: [
      'mutation { redeliverWebhookEvent(input: { webhookId: "w", cursor: "1" }) { __typename } }',
    ],
  },
};

const tokens: readonly Scope[][] = [
  [],
  ['review:read'],
  ['review:request'],
  ['review:decide'],
  ['review:request', 'review:decide'],
  ['webhook:manage'],
];

const includes = (held: readonly Scope[], needed: Scope) =>
  held.includes(needed) ||
  (needed === 'review:read' && held.some((scope) => scope.startsWith('review:')));

it('every operation of the schema is in this table', () => {
  const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const names = fields.flatMap((type) => Object.keys(type?.getFields() ?? {}));
  expect(Object.keys(operations).sort()).toEqual(names.sort());
});

describe.each(tokens.map((scopes) => ({ scopes })))('a token with $scopes', ({ scopes }) => {
  it.each(Object.entries(operations))(
    'may, or may not: %s',
    async (_name, { needs, documents }) => {
      const allowed = needs.length === 0 || needs.some((scope) => includes(scopes, scope));
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

it('another owner’s rows are no rows, whatever the scopes', async () => {
  const { agent } = service.team();
  const ask = `mutation ($id: ID!) { requestReview(input: { nodeExecId: $id, ${place}, ${graph} }) { __typename } }`;
  await agent.query(ask, { id: 'mine' });
  const other = service.team();
  expect(await other.reviewer.query('{ reviews(nodeExecIds: ["mine"]) { id } }')).toEqual({
    reviews: [],
  });
  expect(await other.reviewer.query(node('PendingReview', 'mine'))).toEqual({ node: null });
});
