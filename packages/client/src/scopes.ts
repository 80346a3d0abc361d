import { RefusedError } from './errors.ts';
import {
  AutoApprovalsDocument,
  CancelPendingReviewsDocument,
  CheckApprovalDocument,
  ConsumeReviewDocument,
  CreateAutoApprovalDocument,
  CreateWebhookDocument,
  DecideReviewsDocument,
  DeleteReviewDocument,
  DeleteWebhookDocument,
  FeedCursorDocument,
  GraphExecutionDocument,
  HasPendingReviewsDocument,
  PendingReviewDocument,
  RedeliverWebhookEventDocument,
  RegisterExecutionDocument,
  ReportOutcomeDocument,
  RequestReviewDocument,
  ReviewEventsDocument,
  ReviewStatesDocument,
  ReviewsByStateDocument,
  ReviewsDocument,
  ReviewsForExecutionDocument,
  RevokeAutoApprovalDocument,
  RotateWebhookSecretDocument,
  SetReviewProcessedDocument,
  SetWebhookEnabledDocument,
  WaitingReviewsDocument,
  WaitingReviewsForExecutionDocument,
  WebhookDeliveriesDocument,
  WebhooksDocument,
} from './generated/graphql.ts';

const readDocuments: readonly unknown[] = [
  AutoApprovalsDocument,
  FeedCursorDocument,
  GraphExecutionDocument,
  HasPendingReviewsDocument,
  PendingReviewDocument,
  ReviewEventsDocument,
  ReviewStatesDocument,
  ReviewsByStateDocument,
  ReviewsDocument,
  ReviewsForExecutionDocument,
  WaitingReviewsDocument,
  WaitingReviewsForExecutionDocument,
];

/**
 * What a token must have one of, by document. Whoever is who they are may ask for viewer and the API's version; what `node` needs is
 * a matter of what it finds, which only the service knows.
 */
const scopes: readonly (readonly [scope: string, documents: readonly unknown[]])[] = [
  ['review:read', readDocuments],
  [
    'review:request',
    [
      ...readDocuments,
      CancelPendingReviewsDocument,
      CheckApprovalDocument,
      ConsumeReviewDocument,
      DeleteReviewDocument,
      RegisterExecutionDocument,
      ReportOutcomeDocument,
      RequestReviewDocument,
      SetReviewProcessedDocument,
    ],
  ],
  [
    'review:decide',
    [
      CancelPendingReviewsDocument,
      CreateAutoApprovalDocument,
      DecideReviewsDocument,
      RegisterExecutionDocument,
      RevokeAutoApprovalDocument,
    ],
  ],
  [
    'webhook:manage',
    [
      CreateWebhookDocument,
      DeleteWebhookDocument,
      RedeliverWebhookEventDocument,
      RotateWebhookSecretDocument,
      SetWebhookEnabledDocument,
      WebhookDeliveriesDocument,
      WebhooksDocument,
    ],
  ],
];

/**
 * Refuses what the service would refuse, in its words. A document of the user's own is the service's to judge.
 * @param held the scopes of the token
 * @throws RefusedError
 */
export function requireScope(document: unknown, held: readonly string[]): void {
  const needed = scopes.flatMap(([scope, documents]) =>
    documents.includes(document) ? [scope] : [],
  );
  if (needed.length === 0 || needed.some((scope) => may(held, scope))) return;
  const what = `This needs the scope ${needed.join(' or ')}; the token has ${held.join(' ') || 'none'}`;
  throw new RefusedError(what, 'FORBIDDEN');
}

/** Whoever may decide may also read. */
const may = (held: readonly string[], scope: string): boolean =>
  held.includes(scope) || (scope === 'review:read' && held.includes('review:decide'));
