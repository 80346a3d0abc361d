import {
  describe,
  isParty,
  keyOf,
  keyOfExecution,
  mayDecide,
  type Rule,
  reviewsIn,
  succeeded,
} from './run.ts';

/**
 * An agent with only `review:request` sees only requests that it made or may consume, and changes
 * only its own executions.
 */
export const agentsKeepToTheirOwn: Rule = ({ entries, operations, database }) => {
  const wrong: string[] = [];
  const owners = new Map(
    database.executions.map((row) => [keyOf(row.owner, row.graphExecId), row.registeredBy]),
  );
  for (const operation of operations) {
    if (mayDecide(operation)) continue;
    const { name, actor, answer, input } = operation;
    for (const told of reviewsIn(operation))
      if (!isParty(actor, told))
        wrong.push(`${describe(operation)} was shown ${told.nodeExecId} by ${told.requestedBy}`);
    const moved =
      succeeded(operation) &&
      (name === 'registerExecution' ||
        (name === 'cancelPendingReviews' && (answer?.cancelledCount ?? 0) > 0));
    if (moved && owners.get(keyOfExecution(operation)) !== actor)
      wrong.push(
        `${describe(operation)} changed ${input.graphExecId}, which belongs to another agent`,
      );
  }
  const followers = new Map(
    entries
      .filter((entry) => entry.type === 'follow')
      .map(({ follower, actor }) => [follower, actor]),
  );
  for (const entry of entries) {
    const actor = entry.type === 'event' ? (followers.get(entry.follower) ?? null) : null;
    if (entry.type !== 'event' || actor === null || entry.review === null) continue;
    const { requestedBy, consumers = [] } = entry.review;
    if (!isParty(actor, { requestedBy, consumers }))
      wrong.push(`${entry.follower} was shown ${entry.nodeExecId} by ${requestedBy}`);
  }
  return wrong;
};
