/** Which limit was reached, as metrics say it. */
export type Limit =
  | 'requests_per_token'
  | 'requests_per_workspace'
  | 'subscriptions_per_token'
  | 'subscriptions_per_workspace'
  | 'subscription_groups_per_token'
  | 'subscription_groups_per_workspace'
  | 'waiting_reviews'
  | 'stored_bytes'
  | 'unread_bytes'
  | 'waiting_operations'
  | 'handshakes_per_address';

/** Called each time that something is refused because of a limit. For metrics. */
export type LimitListener = (limit: Limit) => void;

/** A token or a workspace sends requests too fast. Nothing was done. */
export class TooManyRequestsError extends Error {
  /** When to try again. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A token or a workspace has too many subscriptions at the same time. */
export class TooManySubscriptionsError extends Error {}
