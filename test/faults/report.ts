import { table } from '../../src/cli/terminalText.ts';
import { keyOf, succeeded } from './checker/run.ts';
import { MAX_REVISIONS } from './checker/talks.ts';
import type { ReviewRow } from './databaseState.ts';
import type { Operation } from './history.ts';
import { operationNames } from './load/operations.ts';
import { isTalk } from './load/talkStep.ts';
import type { Outcome } from './underFire.ts';

/** The statistics of a run: operations, faults, and what was checked. */
export function reportOf({ entries, database, resumed, settledMs }: Outcome): string {
  const operations = entries.filter((entry) => entry.type === 'operation');
  const count = (some: readonly Operation[], is: (operation: Operation) => boolean) =>
    String(some.filter(is).length);
  const asked = [...operationNames, null].map((name) => {
    const some = name === null ? operations : operations.filter((each) => each.name === name);
    return [
      name ?? 'all',
      String(some.length),
      count(some, succeeded),
      count(some, (each) => each.outcome === 'answered' && !succeeded(each)),
      count(some, ({ outcome }) => outcome === 'failed'),
      count(some, ({ outcome }) => outcome === 'lost'),
    ];
  });

  const faults = Map.groupBy(
    entries.filter((entry) => entry.type === 'fault'),
    ({ kind }) => kind,
  );
  const hurt = [...faults]
    .map(([kind, each]) => [kind, String(each.length)])
    .sort(([one = ''], [other = '']) => one.localeCompare(other));

  const { reviews, events, webhooks, policies } = database;
  const verdicts = [
    ...Map.groupBy(reviews, ({ policyVerdict: verdict }) =>
      verdict ? `  ${verdict.mode} ${verdict.effect}` : '  no verdict',
    ),
  ]
    .map(([verdict, each]): [string, string] => [verdict, String(each.length)])
    .sort();
  const followers = entries.filter(({ type }) => type === 'follow').length;
  const seen = entries.filter(({ type }) => type === 'event').length;
  const messages = entries.filter((entry) => entry.type === 'message');
  const accepted = messages.filter((message) => message.accepted).length;
  const sources = Map.groupBy(reviews, ({ status, decisionSource }) =>
    decisionSource ? `${status} by ${decisionSource}` : status,
  );
  const signed = reviews.filter(({ approvalsRequired }) => approvalsRequired !== null);
  const talks = reviews.filter(({ nodeExecId }) => isTalk(nodeExecId));
  const consumed = reviews.filter(({ consumedAt }) => consumedAt !== null);
  const byOthers = consumed.filter(({ consumedBy, requestedBy }) => consumedBy !== requestedBy);
  const runs = entries.filter(({ type }) => type === 'run').length;
  const voided = events.filter(({ kind }) => kind === 'VOIDED');
  const lapsed = voided.filter(({ actor }) => actor === 'holdpoint');
  const deleted = events.filter(({ kind }) => kind === 'DELETED').length;
  const expired = reviews.filter(({ decisionSource }) => decisionSource === 'EXPIRY');
  const validUntil = new Map(
    reviews.map((row) => [keyOf(row.owner, row.nodeExecId), row.validUntil]),
  );
  return [
    table(['operation', 'asked', 'done', 'refused', 'failed', 'no answer'], asked),
    table(['fault', 'times'], hurt),
    table(
      ['result', ''],
      [
        ['reviews', String(reviews.length)],
        ...[...sources].map(([source, each]) => [`  ${source}`, String(each.length)]).sort(),
        ['requests deleted', String(deleted)],
        ['reviews that require several approvals', String(signed.length)],
        ...signOffKinds.map(([kind, what]): [string, string] => [
          `  ${what}`,
          String(events.filter((event) => event.kind === kind).length),
        ]),
        ['questions and steps that can be revised', String(talks.length)],
        ...talkKinds.map(([kind, what]): [string, string] => [
          `  ${what}`,
          String(events.filter((event) => event.kind === kind).length),
        ]),
        ['  approved in a later revision', String(talks.filter(isApprovedLater).length)],
        ['  at their last revision', String(talks.filter(isAtItsLast).length)],
        ['versions of policies', String(policies.length)],
        ...verdicts,
        ['approvals consumed', String(consumed.length)],
        ['  by a named consumer', String(byOthers.length)],
        ['  by a tool behind the gate', String(runs)],
        ['approvals that lapsed', String(lapsed.length)],
        ['approvals voided by a stop', String(voided.length - lapsed.length)],
        [
          'delay of expiry (s): p50 / p99 / max',
          spread(expired.map(({ reviewedAt, expiresAt }) => (reviewedAt ?? 0) - (expiresAt ?? 0))),
        ],
        [
          'delay of recording lapses (s)',
          spread(
            lapsed.map(
              ({ owner, nodeExecId, at }) => at - (validUntil.get(keyOf(owner, nodeExecId)) ?? at),
            ),
          ),
        ],
        ['events', String(events.length)],
        [`events seen by ${followers} subscribers`, String(seen)],
        ['subscriptions resumed', String(resumed)],
        [`messages sent to ${webhooks.length} webhooks`, String(messages.length)],
        ['  accepted', String(accepted)],
        ['seconds until everything was delivered', (settledMs / 1_000).toFixed(1)],
      ],
    ),
  ].join('\n\n');
}

const signOffKinds = [
  ['VOTED', 'votes that did not complete the approval'],
  ['WITHDRAWN', 'votes and decisions withdrawn'],
  ['CLAIMED', 'claims'],
  ['REASSIGNED', 'reassignments'],
  ['ESCALATED', 'steps of escalations'],
] as const;

const talkKinds = [
  ['ANSWERED', 'answers'],
  ['CHANGES_REQUESTED', 'requests for changes'],
  ['REVISED', 'revisions'],
  ['COMMENTED', 'comments'],
] as const;

const isApprovedLater = ({ status, revision }: ReviewRow): boolean =>
  status === 'APPROVED' && revision > 1;
const isAtItsLast = ({ revision }: ReviewRow): boolean => revision === MAX_REVISIONS;

/** The median, the 99th percentile and the maximum, in seconds. */
function spread(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return [0.5, 0.99, 1].map((share) => (at(share) / 1_000).toFixed(2)).join(' / ');
}
