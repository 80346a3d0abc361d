import { keyOf, type Rule } from './run.ts';

/** How many wrong places of one subscriber are told. */
const MAX_TOLD = 3;

/** No event is lost, doubled or out of order, for any subscriber, and the numbers of each owner have no gap. */
export const feedsAreWhole: Rule = ({ entries, database }) => {
  const wrong: string[] = [];
  const byOwner = Map.groupBy(database.events, ({ owner }) => owner);
  for (const { owner, lastNumber, waiting } of database.counters) {
    const events = byOwner.get(owner) ?? [];
    const gap = events.findIndex(({ number }, at) => number !== at + 1);
    if (gap >= 0)
      wrong.push(`${owner}: the event at place ${gap + 1} has number ${events[gap]?.number}`);
    if (events.length !== lastNumber)
      wrong.push(`${owner}: ${events.length} events, and the counter stands at ${lastNumber}`);
    const rows = database.reviews.filter((row) => row.owner === owner && row.status === 'WAITING');
    if (rows.length !== waiting)
      wrong.push(`${owner}: ${rows.length} reviews wait, and the counter says ${waiting}`);
  }

  const asked = new Set(
    database.events
      .filter(({ kind }) => kind === 'REQUESTED')
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
    const { follower, owner, after, graphExecId, transport } = entry;
    const expected = (byOwner.get(owner) ?? []).filter(
      (event) =>
        event.number > after && (graphExecId === null || event.graphExecId === graphExecId),
    );
    const got = seen.get(follower) ?? [];
    const told: string[] = [];
    for (let at = 0; at < Math.max(expected.length, got.length) && told.length < MAX_TOLD; at++) {
      const [right, came] = [expected[at], got[at]];
      const isRight =
        right?.number === came?.cursor &&
        right?.kind === came?.kind &&
        right?.nodeExecId === came?.nodeExecId &&
        right?.actor === came?.actor &&
        owner === came?.owner;
      if (isRight) continue;
      told.push(
        `${follower} over ${transport} got ${nameOf(came?.cursor, came)} at place ${at + 1}, not ${nameOf(right?.number, right)}`,
      );
    }
    wrong.push(...told);
  }
  return wrong;
};

const nameOf = (number: number | undefined, event: { kind: string } | undefined): string =>
  event ? `${number} ${event.kind}` : 'nothing';
