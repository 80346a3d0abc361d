import type { Scope } from '../../src/identity/viewer.ts';

export const node = (type: string, id: string) =>
  `{ node(id: "${Buffer.from(`${type}:${id}`).toString('base64url')}") { id } }`;
export const place = 'graphExecId: "copilot-session-1"';
export const graph = 'graphId: "g", graphVersion: 1';

type Operation = {
  /** The scopes of which a token needs one. None: any token will do. */
  needs: readonly Scope[];
  /** Another scope that it needs as well. */
  also?: Scope;
  documents: string[];
};

export const operations: Record<string, Operation> = {
  viewer: { needs: [], documents: ['{ viewer { actor } }'] },
  apiVersion: { needs: [], documents: ['{ apiVersion }'] },
  node: {
    needs: ['review:read', 'review:request'],
    documents: [
      node('PendingReview', 'n'),
      node('GraphExecution', 'e'),
      node('AutoApproval', '["e","n"]'),
    ],
  },
  pendingReview: {
    needs: ['review:read', 'review:request'],
    documents: ['{ pendingReview(nodeExecId: "n") { id } }'],
  },
  pendingReviews: {
    needs: ['review:read', 'review:request'],
    documents: ['{ pendingReviews { totalCount } }'],
  },
  pendingReviewsForExecution: {
    needs: ['review:read', 'review:request'],
    documents: [`{ pendingReviewsForExecution(${place}) { totalCount } }`],
  },
  reviewsForExecution: {
    needs: ['review:read', 'review:request'],
    documents: [`{ reviewsForExecution(${place}) { totalCount } }`],
  },
  allAutoApprovals: {
    needs: ['review:read'],
    documents: ['{ allAutoApprovals { edges { cursor } } }'],
  },
  searchReviews: {
    needs: ['review:read'],
    documents: ['{ searchReviews(search: {}) { totalCount } }'],
  },
  reviewStats: {
    needs: ['review:read'],
    documents: [
      '{ reviewStats(by: DAY, from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z") { key } }',
    ],
  },
  reviewsByState: {
    needs: ['review:read', 'review:request'],
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
  reviews: {
    needs: ['review:read', 'review:request'],
    documents: ['{ reviews(nodeExecIds: ["n"]) { id } }'],
  },
  hasPendingReviews: {
    needs: ['review:read', 'review:request'],
    documents: [`{ hasPendingReviews(${place}) }`],
  },
  graphExecution: {
    needs: ['review:read', 'review:request'],
    documents: ['{ graphExecution(graphExecId: "e") { id } }'],
  },
  autoApprovals: {
    needs: ['review:read', 'review:request'],
    documents: [`{ autoApprovals(${place}) { id } }`],
  },
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
  reviseReview: {
    needs: ['review:request'],
    documents: [
      `mutation { reviseReview(input: { nodeExecId: "none", basedOnDigest: "sha256:${'0'.repeat(64)}" }) { __typename } }`,
    ],
  },
  addComment: {
    needs: ['review:request', 'review:decide'],
    documents: ['mutation { addComment(input: { nodeExecId: "none", text: "x" }) { __typename } }'],
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
    needs: ['review:read', 'review:request'],
    documents: ['subscription { pendingReviewAdded { cursor } }'],
  },
  reviewEvents: {
    needs: ['review:read', 'review:request'],
    documents: ['subscription { reviewEvents { cursor } }'],
  },
  claimReview: {
    needs: ['review:decide'],
    documents: ['mutation { claimReview(input: { nodeExecId: "none" }) { __typename } }'],
  },
  releaseReview: {
    needs: ['review:decide'],
    documents: ['mutation { releaseReview(input: { nodeExecId: "none" }) { __typename } }'],
  },
  withdrawDecision: {
    needs: ['review:decide'],
    documents: [
      'mutation { withdrawDecision(input: { nodeExecId: "none", subjectDigest: "x" }) { __typename } }',
    ],
  },
  reassignReview: {
    needs: ['review:decide', 'people:manage'],
    documents: [
      'mutation { reassignReview(input: { nodeExecId: "none", approvalsRequired: [], reason: "x" }) { __typename } }',
    ],
  },
  overrideReview: {
    needs: ['review:override'],
    documents: [
      'mutation { overrideReview(input: { nodeExecId: "none", decision: APPROVE, subjectDigest: "x", reason: "x" }) { __typename } }',
    ],
  },
  members: {
    needs: ['review:read', 'people:manage'],
    documents: ['{ members { id } }', node('Member', 'm')],
  },
  teams: {
    needs: ['review:read', 'people:manage'],
    documents: ['{ teams { id } }', node('Team', 't')],
  },
  delegations: {
    needs: ['review:read', 'people:manage'],
    documents: ['{ delegations { id } }', node('Delegation', 'd')],
  },
  apiTokens: {
    needs: ['people:manage'],
    documents: ['{ apiTokens { id } }', node('ApiToken', 'a')],
  },
  peopleChanges: { needs: ['people:manage'], documents: ['{ peopleChanges { cursor } }'] },
  setMember: {
    needs: ['people:manage'],
    documents: ['mutation { setMember(input: { actor: "ann" }) { __typename } }'],
  },
  unlinkMember: {
    needs: ['people:manage'],
    documents: ['mutation { unlinkMember(input: { actor: "ann" }) { __typename } }'],
  },
  policy: { needs: ['review:read', 'policy:manage'], documents: ['{ policy { version } }'] },
  policyHistory: {
    needs: ['review:read', 'policy:manage'],
    documents: ['{ policyHistory { version } }'],
  },
  setPolicy: {
    needs: ['policy:manage'],
    documents: [
      'mutation { setPolicy(input: { rules: [], mode: OFF, basedOnVersion: 9 }) { __typename } }',
    ],
  },
  previewPolicy: {
    needs: ['policy:manage'],
    also: 'review:read',
    documents: ['{ previewPolicy(input: { rules: [] }) { __typename } }'],
  },
  previewAutoApproval: {
    needs: ['review:decide'],
    documents: ['{ previewAutoApproval(input: { nodeId: "n" }) { __typename } }'],
  },
  setTeam: {
    needs: ['people:manage'],
    documents: [
      'mutation { setTeam(input: { teamId: "t", name: "T", actors: [] }) { __typename } }',
    ],
  },
  deleteTeam: {
    needs: ['people:manage'],
    documents: ['mutation { deleteTeam(input: { teamId: "none" }) { __typename } }'],
  },
  createDelegation: {
    needs: ['review:decide', 'people:manage'],
    documents: [
      'mutation { createDelegation(input: { to: "none", until: "2020-01-01T00:00:00Z" }) { __typename } }',
    ],
  },
  revokeDelegation: {
    needs: ['review:decide', 'people:manage'],
    documents: ['mutation { revokeDelegation(input: { delegationId: "none" }) { __typename } }'],
  },
  createApiToken: {
    needs: ['people:manage'],
    documents: ['mutation { createApiToken(input: { actor: "ann", scopes: [] }) { __typename } }'],
  },
  revokeApiToken: {
    needs: ['people:manage'],
    documents: ['mutation { revokeApiToken(input: { apiTokenId: "none" }) { __typename } }'],
  },
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
  ['people:manage'],
  ['policy:manage'],
  ['policy:manage', 'review:read'],
  ['review:override'],
];
