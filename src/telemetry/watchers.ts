import type { ReviewEvent } from '../feed/readEvents.ts';
import type { LimitListener } from '../limits/errors.ts';
import type { StoredVerdict } from '../policy/verdict.ts';
import type { ResolvedReviews, ReviewChange } from '../reviews/reviewStore.ts';
import type { Metrics, WebhookAttempt } from './metrics.ts';
import type { Observer } from './observation.ts';
import type { Tracing } from './tracing.ts';

/**
 * What each part of the service reports to. Null or undefined if neither metrics nor traces are on.
 */
export type Watchers = {
  requests: Observer | null;
  reviewsResolved: ((resolved: ResolvedReviews) => void) | undefined;
  reviewsChanged: ((change: ReviewChange, count: number) => void) | undefined;
  policyEvaluated: ((verdict: StoredVerdict) => void) | undefined;
  feedRead: ((events: readonly ReviewEvent[], startedAt: number) => void) | null;
  webhookAttempt: ((attempt: WebhookAttempt) => void) | undefined;
  limitReached: LimitListener | undefined;
};

/** Reports to metrics, traces, or both. */
export function watchersOf(metrics: Metrics | null, tracing: Tracing | null): Watchers {
  if (!metrics && !tracing) {
    return {
      requests: null,
      reviewsResolved: undefined,
      reviewsChanged: undefined,
      policyEvaluated: undefined,
      feedRead: null,
      webhookAttempt: undefined,
      limitReached: undefined,
    };
  }
  return {
    requests: {
      begin: tracing && ((parent) => tracing.begin(parent)),
      ended: (observed) => metrics?.request(observed),
    },
    reviewsResolved: metrics ? (resolved) => metrics.reviewsResolved(resolved) : undefined,
    reviewsChanged: metrics ? (change, count) => metrics.reviewsChanged(change, count) : undefined,
    policyEvaluated: metrics ? (verdict) => metrics.policyEvaluated(verdict) : undefined,
    limitReached: metrics ? (limit) => metrics.limitReached(limit) : undefined,
    feedRead(events, startedAt) {
      if (metrics) for (const { at } of events) metrics.eventRead(at);
      if (events.length === 0) return;
      tracing?.done('feed read', {
        startedAt,
        attributes: { 'holdpoint.events': events.length },
      });
    },
    webhookAttempt(attempt) {
      metrics?.webhookAttempt(attempt);
      const { outcome, milliseconds } = attempt;
      tracing?.done('webhook attempt', {
        startedAt: Date.now() - milliseconds,
        attributes: { 'holdpoint.outcome': outcome },
      });
    },
  };
}
