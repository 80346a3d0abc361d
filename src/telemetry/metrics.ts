import type { Aggregator, MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import type { Limit } from '../limits/errors.ts';
import type { StoredVerdict } from '../policy/verdict.ts';
import type { Siblings } from '../processes/siblings.ts';
import type { ResolvedReviews, ReviewChange } from '../reviews/reviewStore.ts';
import type { Clock } from './databaseClock.ts';
import type { Observed } from './observation.ts';
import { openProcessMetrics } from './processMetrics.ts';
import type { ReviewGauges } from './reviewGauges.ts';

/** Duration of a request, in seconds. */
const REQUEST_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** From the transaction of a change until this process has read its event, in seconds. */
const LAG_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
/** From a request to a person's decision: from a second to a week. */
const DECISION_BUCKETS = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200, 604_800];
const ATTEMPT_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Counting in batches costs a fraction of counting one by one between other work. */
const REQUESTS_AT_ONCE = 128;

/** The state of a connection pool. */
export type Pool = { totalCount: number; idleCount: number; waitingCount: number };

/** What is asked for its state when the metrics are read. */
export type Observables = {
  pools: Record<string, Pool>;
  subscribers(): number;
  subscriptionGroups(): number;
  connections(): number;
  reviews: ReviewGauges;
  clock: Clock;
};

export type WebhookAttempt = { outcome: string; milliseconds: number };

/**
 * Counts what happens in this process. No label contains a workspace, an id or a text from a
 * client.
 */
export type Metrics = {
  request(observed: Observed): void;
  reviewsResolved(resolved: ResolvedReviews): void;
  reviewsChanged(change: ReviewChange, count: number): void;
  /** A new review was evaluated under a policy. */
  policyEvaluated(verdict: StoredVerdict): void;
  /** An event was read for subscribers. @param at when it happened, by the database's clock */
  eventRead(at: Date): void;
  webhookAttempt(attempt: WebhookAttempt): void;
  /** Something was refused because of a limit. */
  limitReached(limit: Limit): void;
  /** Sets what the gauges ask. Until then only the counters have values. */
  watch(observables: Observables): void;
  readonly contentType: string;
  /** All metrics in Prometheus's text format, of all workers together if there are several. */
  text(): Promise<string>;
};

/** The metrics of one process, as they are sent to another. */
type Snapshot = MetricObjectWithValues<MetricValue<string>>[][];

/** @param siblings the worker processes whose metrics are added up; null if there is one process */
export async function openMetrics(
  version: string,
  siblings: Siblings | null = null,
): Promise<Metrics> {
  // Loaded only if metrics are on.
  const { AggregatorRegistry, Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const processMetrics = await openProcessMetrics();
  const registry: Registry = new Registry();
  const registers = [registry];
  let observables: Observables | undefined;

  const requests = new Counter({
    name: 'holdpoint_requests_total',
    help: 'Operations answered, by kind and root field, transport and outcome. A subscription counts when it starts.',
    labelNames: ['operation', 'transport', 'outcome'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'holdpoint_request_duration_seconds',
    help: 'From the arrival of a query or mutation to its answer.',
    labelNames: ['operation'] as const,
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const decisions = new Counter({
    name: 'holdpoint_decisions_total',
    help: 'Reviews decided, expired or cancelled by this process, by source and status.',
    labelNames: ['source', 'status'] as const,
    registers,
  });
  const changes = new Counter({
    name: 'holdpoint_review_changes_total',
    help: 'Votes, claims, releases, withdrawals, reassignments and escalations of reviews by this process, by kind.',
    labelNames: ['change'] as const,
    registers,
  });
  const verdicts = new Counter({
    name: 'holdpoint_policy_verdicts_total',
    help: 'New reviews that this process evaluated under a policy, by its mode and by effect.',
    labelNames: ['mode', 'effect'] as const,
    registers,
  });
  const problems = new Counter({
    name: 'holdpoint_policy_problems_total',
    help: 'Rules that could not be evaluated on a new review.',
    registers,
  });
  const timeToDecision = new Histogram({
    name: 'holdpoint_time_to_decision_seconds',
    help: 'From the request to the decision, of the reviews that people decided through this process.',
    buckets: DECISION_BUCKETS,
    registers,
  });
  const feedLag = new Histogram({
    name: 'holdpoint_feed_lag_seconds',
    help: 'From the transaction that changed a review until this process has read its event.',
    buckets: LAG_BUCKETS,
    registers,
  });
  const attempts = new Counter({
    name: 'holdpoint_webhook_attempts_total',
    help: 'Attempts to deliver a webhook, by outcome.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const limitsReached = new Counter({
    name: 'holdpoint_limits_reached_total',
    help: 'Requests, subscriptions, reviews and connections that were refused, by the limit that they exceeded.',
    labelNames: ['limit'] as const,
    registers,
  });
  const attemptDurations = new Histogram({
    name: 'holdpoint_webhook_attempt_duration_seconds',
    help: 'How long attempts to deliver a webhook took.',
    buckets: ATTEMPT_BUCKETS,
    registers,
  });

  new Gauge({
    name: 'holdpoint_build_info',
    help: 'Always 1; the version is in the label.',
    labelNames: ['version'] as const,
    aggregator: 'first',
    registers,
  }).set({ version }, 1);

  const gauge = (
    name: string,
    help: string,
    value: (known: Observables) => number,
    aggregator: Aggregator = 'sum',
  ) =>
    new Gauge({
      name,
      help,
      aggregator,
      registers,
      collect() {
        if (observables) this.set(value(observables));
      },
    });
  gauge('holdpoint_subscribers', 'Running subscriptions in this process.', (known) =>
    known.subscribers(),
  );
  gauge(
    'holdpoint_subscription_groups',
    'Groups of subscriptions that share one execution per event.',
    (known) => known.subscriptionGroups(),
  );
  gauge('holdpoint_connections', 'Open WebSockets and event streams in this process.', (known) =>
    known.connections(),
  );
  gauge(
    'holdpoint_waiting_reviews',
    'Reviews waiting for a decision, in all workspaces. The same in every process of a service.',
    ({ reviews }) => reviews.waiting,
    'max',
  );
  gauge(
    'holdpoint_oldest_waiting_review_age_seconds',
    'Age of the oldest waiting review; 0 if none is waiting.',
    ({ reviews }) => reviews.oldestSeconds,
    'max',
  );
  gauge(
    'holdpoint_database_up',
    '1 if the database answered the last query for these gauges, otherwise 0.',
    ({ reviews }) => (reviews.isUp ? 1 : 0),
    'min',
  );
  const ofPools = (name: string, help: string, value: (pool: Pool) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['pool'] as const,
      registers,
      collect() {
        for (const [pool, state] of Object.entries(observables?.pools ?? {})) {
          this.set({ pool }, value(state));
        }
      },
    });
  ofPools(
    'holdpoint_database_connections',
    'Open connections to the database.',
    (pool) => pool.totalCount,
  );
  ofPools(
    'holdpoint_database_connections_busy',
    'Connections to the database in use.',
    ({ totalCount, idleCount }) => totalCount - idleCount,
  );
  ofPools(
    'holdpoint_database_connection_waits',
    'Statements waiting for a connection.',
    (pool) => pool.waitingCount,
  );

  const observed: Observed[] = [];
  function countObserved(): void {
    for (const { operation, transport, outcome, seconds, isSubscription } of observed) {
      requests.inc({ operation, transport, outcome });
      if (!isSubscription) durations.observe({ operation }, seconds);
    }
    observed.length = 0;
  }

  async function refresh(): Promise<void> {
    await observables?.reviews.refresh();
    countObserved();
  }

  siblings?.onQuestion('metrics', async (): Promise<Snapshot> => {
    await refresh();
    return [await registry.getMetricsAsJSON(), await processMetrics.getMetricsAsJSON()];
  });

  return {
    request(one) {
      if (observed.push(one) === REQUESTS_AT_ONCE) countObserved();
    },
    reviewsResolved({ source, status, count, waitedMs }) {
      decisions.inc({ source, status }, count);
      if (waitedMs !== undefined) timeToDecision.observe(Math.max(waitedMs, 0) / 1_000);
    },
    reviewsChanged(change, count) {
      changes.inc({ change }, count);
    },
    policyEvaluated({ mode, effect, problems: found }) {
      verdicts.inc({ mode, effect });
      problems.inc(found.length);
    },
    eventRead(at) {
      const now = observables?.clock.now() ?? Date.now();
      feedLag.observe(Math.max(now - at.getTime(), 0) / 1_000);
    },
    webhookAttempt({ outcome, milliseconds }) {
      attempts.inc({ outcome });
      attemptDurations.observe(milliseconds / 1_000);
    },
    limitReached(limit) {
      limitsReached.inc({ limit });
    },
    watch(known) {
      observables = known;
    },
    contentType: registry.contentType,
    async text() {
      if (siblings) {
        const snapshots = await siblings.ask<Snapshot>('metrics');
        return AggregatorRegistry.aggregate(snapshots.flatMap((one) => one ?? [])).metrics();
      }
      await refresh();
      return `${await registry.metrics()}\n${await processMetrics.metrics()}`;
    },
  };
}
