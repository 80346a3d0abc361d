import { isDecidedAtOnce, isParty, keyOf, type Rule } from './run.ts';

/** The fields of an event that a subscriber receives. */
const fields = [
  'kind',
  'nodeExecId',
  'actor',
  'requestedBy',
  'status',
  'decisionSource',
  'payloadDigest',
  'message',
] as const;

/** Errors listed for each subscriber. */
const MAX_LISTED = 3;

/**
 * No subscriber misses an event or gets it twice or out of order, and the event numbers of each
 * owner have no gaps.
 */
export const feedsAreWhole: Rule = ({ entries, database }) => {
  const wrong: string[] = [];
  const byOwner = Map.groupBy(database.events, ({ owner }) => owner);
  for (const { owner, lastNumber, waiting } of database.counters) {
    const events = byOwner.get(owner) ?? [];
    const gap = events.findIndex(({ number }, at) => number !== at + 1);
    if (gap >= 0) wrong.push(`${owner}: event ${gap + 1} has the number ${events[gap]?.number}`);
    if (events.length !== lastNumber)
      wrong.push(`${owner}: there are ${events.length} events, but the counter is ${lastNumber}`);
    const rows = database.reviews.filter((row) => row.owner === owner && row.status === 'WAITING');
    if (rows.length !== waiting)
      wrong.push(`${owner}: ${rows.length} reviews are WAITING, but the counter is ${waiting}`);
  }

  const asked = new Set(
    database.events
      .filter(
        (event) =>
          event.kind === 'REQUESTED' ||
          (['APPROVED', 'REJECTED'].includes(event.kind) && isDecidedAtOnce(event)),
      )
      .map(({ owner, nodeExecId }) => keyOf(owner, nodeExecId)),
  );
  for (const { owner, nodeExecId } of database.reviews) {
    if (!asked.has(keyOf(owner, nodeExecId))) wrong.push(`${nodeExecId} has no event`);
  }

  const seen = Map.groupBy(
    entries.filter((entry) => entry.type === 'event'),
    ({ follower }) => follower,
  );
  for (const entry of entries) {
    if (entry.type !== 'follow') continue;
    const { follower, owner, after, graphExecId, actor, transport } = entry;
    const expected = (byOwner.get(owner) ?? []).filter(
      (event) =>
        event.number > after &&
        (graphExecId === null || event.graphExecId === graphExecId) &&
        (actor === null || isParty(actor, { ...event, consumers: event.consumers ?? [] })),
    );
    const got = seen.get(follower) ?? [];
    const told: string[] = [];
    for (let at = 0; at < Math.max(expected.length, got.length) && told.length < MAX_LISTED; at++) {
      const [right, came] = [expected[at], got[at]];
      const isRight =
        right?.number === came?.cursor &&
        fields.every((field) => right?.[field] === came?.[field]) &&
        owner === came?.owner;
      if (isRight) continue;
      const [wanted, shown] = [nameOf(right?.number, right), nameOf(came?.cursor, came)];
      told.push(
        `${follower} over ${transport} received ${shown} as event ${at + 1}, not ${wanted}`,
      );
    }
    wrong.push(...told);
  }
  return wrong;
};

const nameOf = (number: number | undefined, event: { kind: string } | undefined): string =>
  event ? `${number} ${event.kind}` : 'nothing';
