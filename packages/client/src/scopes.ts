import { RefusedError } from './errors.ts';
import { TypedDocumentString } from './generated/graphql.ts';

/** What a token may be allowed to do. `review:decide` includes `review:read`. */
export type Scope =
  | 'review:read'
  | 'review:request'
  | 'review:decide'
  | 'review:override'
  | 'people:manage'
  | 'policy:manage'
  | 'webhook:manage';

const anyToken: readonly Scope[] = [];
const read: readonly Scope[] = ['review:read', 'review:request'];
const readAll: readonly Scope[] = ['review:read'];
const request: readonly Scope[] = ['review:request'];
const decide: readonly Scope[] = ['review:decide'];
const requestOrDecide: readonly Scope[] = ['review:request', 'review:decide'];
const override: readonly Scope[] = ['review:override'];
const decideOrManagePeople: readonly Scope[] = ['review:decide', 'people:manage'];
const readOrManagePeople: readonly Scope[] = ['review:read', 'people:manage'];
const managePeople: readonly Scope[] = ['people:manage'];
const readOrManagePolicy: readonly Scope[] = ['review:read', 'policy:manage'];
const managePolicy: readonly Scope[] = ['policy:manage'];
const manageWebhooks: readonly Scope[] = ['webhook:manage'];

/**
 * Scopes per root field of the API; any one of them suffices. The service enforces this table, and
 * the client checks it before it sends anything.
 */
export const requiredScopes: Readonly<Record<string, readonly Scope[]>> = {
  apiVersion: anyToken,
  viewer: anyToken,
  // The service decides when it knows the type of the object.
  node: anyToken,

  autoApprovals: read,
  graphExecution: read,
  hasPendingReviews: read,
  pendingReview: read,
  pendingReviewAdded: read,
  pendingReviews: read,
  pendingReviewsForExecution: read,
  reviewEvents: read,
  reviews: read,
  reviewsByState: read,
  reviewsForExecution: read,
  allAutoApprovals: readAll,
  reviewStats: readAll,
  searchReviews: readAll,

  checkApproval: request,
  consumeReview: request,
  deleteReview: request,
  reportOutcome: request,
  requestReview: request,
  reviseReview: request,
  setReviewProcessed: request,

  addComment: requestOrDecide,
  cancelPendingReviews: requestOrDecide,
  registerExecution: requestOrDecide,

  createAutoApproval: decide,
  decideReviews: decide,
  revokeAutoApproval: decide,
  claimReview: decide,
  releaseReview: decide,
  withdrawDecision: decide,
  reassignReview: decideOrManagePeople,
  overrideReview: override,

  delegations: readOrManagePeople,
  members: readOrManagePeople,
  teams: readOrManagePeople,
  createDelegation: decideOrManagePeople,
  revokeDelegation: decideOrManagePeople,
  apiTokens: managePeople,
  createApiToken: managePeople,
  deleteTeam: managePeople,
  peopleChanges: managePeople,
  revokeApiToken: managePeople,
  setMember: managePeople,
  setTeam: managePeople,
  unlinkMember: managePeople,

  policy: readOrManagePolicy,
  policyHistory: readOrManagePolicy,
  previewAutoApproval: decide,
  previewPolicy: managePolicy,
  setPolicy: managePolicy,

  createWebhook: manageWebhooks,
  deleteWebhook: manageWebhooks,
  redeliverWebhookEvent: manageWebhooks,
  rotateWebhookSecret: manageWebhooks,
  setWebhookEnabled: manageWebhooks,
  webhookDeliveries: manageWebhooks,
  webhooks: manageWebhooks,
};

/** Scopes that root fields need besides one of those above. A preview shows past requests. */
const alsoRequired: Readonly<Record<string, readonly Scope[]>> = {
  previewPolicy: ['review:read'],
};

/** Whether a token with these scopes may do what `scope` allows. */
export const hasScope = (held: readonly string[], scope: Scope): boolean =>
  held.includes(scope) || (scope === 'review:read' && held.includes('review:decide'));

/** Why a token with the scopes `held` may not do this; null if it may. */
export function missingScope(held: readonly string[], anyOf: readonly Scope[]): string | null {
  if (anyOf.length === 0 || anyOf.some((scope) => hasScope(held, scope))) return null;
  return `This needs the scope ${anyOf.join(' or ')}; the token has ${held.join(' ') || 'none'}`;
}

/** Why a token with the scopes `held` may not use this root field; null if it may. */
export const missingScopeFor = (held: readonly string[], field: string): string | null =>
  missingScope(held, requiredScopes[field] ?? anyToken) ??
  missingScope(held, alsoRequired[field] ?? anyToken);

/** The root field of a typed document; ours have exactly one, except the handshake. */
const ROOT_FIELD = /^(?:query|mutation|subscription)[^{]*\{(\w+)/;

/**
 * Refuses what the service would refuse, in its words, before anything is sent. Documents that are
 * mere text are left to the service.
 * @param held the scopes of the token
 * @throws RefusedError
 */
export function requireScope(document: unknown, held: readonly string[]): void {
  if (!(document instanceof TypedDocumentString)) return;
  const [, field = ''] = ROOT_FIELD.exec(String(document)) ?? [];
  const refusal = missingScopeFor(held, field);
  if (refusal !== null) throw new RefusedError(refusal, 'FORBIDDEN');
}
