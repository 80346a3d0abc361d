import { table } from '../../src/cli/table.ts';
import { succeeded } from './checker/run.ts';
import type { Operation } from './history.ts';
import { operationNames } from './load/operations.ts';
import type { Outcome } from './underFire.ts';

/** What was asked, what went wrong and what was checked, in numbers. */
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

  const followers = entries.filter(({ type }) => type === 'follow').length;
  const seen = entries.filter(({ type }) => type === 'event').length;
  const messages = entries.filter((entry) => entry.type === 'message');
  const accepted = messages.filter((message) => message.accepted).length;
  const sources = Map.groupBy(database.reviews, ({ status, decisionSource }) =>
    decisionSource ? `${status} by ${decisionSource}` : status,
  );
  const consumed = database.reviews.filter(({ consumedAt }) => consumedAt !== null).length;
  const runs = entries.filter(({ type }) => type === 'run').length;
  return [
    table(['operation', 'asked', 'done', 'refused', 'failed', 'no answer'], asked),
    table(['fault', 'times'], hurt),
    table(
      ['what is left', ''],
      [
        ['reviews', String(database.reviews.length)],
        ...[...sources].map(([source, each]) => [`  ${source}`, String(each.length)]).sort(),
        ['consumed', String(consumed)],
        ['tools run behind the gate', String(runs)],
        ['events', String(database.events.length)],
        [`events seen by ${followers} subscribers`, String(seen)],
        ['times that subscribers resumed', String(resumed)],
        [`messages sent to ${database.webhooks.length} webhooks`, String(messages.length)],
        ['  of which were taken', String(accepted)],
        ['seconds until all had come', (settledMs / 1_000).toFixed(1)],
      ],
    ),
  ].join('\n\n');
}
