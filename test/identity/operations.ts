import type { Scope } from '../../src/identity/viewer.ts';

export const node = (type: string, id: string) =>
  `{ node(id: "${Buffer.from(`${type}:${id}`).toString('base64url')}") { id } }`;
export const place = 'graphExecId: "copilot-session-1"';
export const graph = 'graphId: "g", graphVersion: 1';

/** Every operation, with the scopes of which a token needs one (none: any token will do). */
export const operations: Record<string, { needs: readonly Scope[]; documents: string[] }> = {
  viewer: { needs: [], documents: ['{ viewer { actor } }'] },
  apiVersion: { needs: [], documents: ['{ apiVersion }'] },
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
    needs: ['review:request', 'review:decide'],
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

/** The scopes of the tokens to try. */
export const tokens: readonly Scope[][] = [
  [],
  ['review:read'],
  ['review:request'],
  ['review:decide'],
  ['review:request', 'review:decide'],
  ['webhook:manage'],
];
