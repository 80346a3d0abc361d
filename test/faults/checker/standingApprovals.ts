import { STANDING_APPROVAL_MS } from '../bed/limits.ts';
import type { ReviewRow } from '../databaseState.ts';
import type { Operation } from '../history.ts';
import {
  isParty,
  isStop,
  keyOf,
  keyOfExecution,
  latestEffect,
  mayHaveHappened,
  ROUNDING_MS,
  type Rule,
  type Run,
  succeeded,
} from './run.ts';

/** An operation that may have created a standing approval. `maxUses` may be absent. */
type Creation = {
  operation: Operation;
  maxUses: number;
  /** The agents that it covers; empty for any agent. */
  requestedBy: string;
  /** The latest time at which it expires. */
  endsBy: number;
};

/** The scope of a standing approval, apart from the agents that it covers. */
type Place = Pick<ReviewRow, 'owner' | 'graphExecId' | 'nodeId' | 'graphId' | 'graphVersion'>;

const keyOfPlace = ({ owner, graphExecId, nodeId, graphId, graphVersion }: Place): string =>
  keyOf(owner, graphExecId, nodeId, graphId, String(graphVersion));

/**
 * A standing approval covers only its node, graph, version and agent, at most as often as allowed,
 * and nothing after its end. Each step that it approves leaves a review.
 */
export const standingApprovalsAreBounded: Rule = (run) => {
  const wrong: string[] = [];
  const creations = creationsIn(run);
  const ends = endsIn(run);
  const uses = Map.groupBy(
    run.database.reviews.filter(({ decisionSource }) => decisionSource === 'AUTO_APPROVAL'),
    keyOfPlace,
  );

  for (const [key, ofPlace] of uses) {
    const made = creations.get(key) ?? [];
    for (const row of ofPlace) {
      if (!made.some((creation) => allows(creation, row, ends)))
        wrong.push(`${row.nodeExecId} was approved without a valid standing approval for ${key}`);
      // Even if that request was deleted.
      const askers = run.eventsOf(row.owner, row.nodeExecId).map(({ requestedBy }) => requestedBy);
      if (askers.includes(row.decidedBy ?? ''))
        wrong.push(`${row.nodeExecId} was approved by ${row.decidedBy}, who had requested it`);
    }
    const bound = made.reduce((sum, { maxUses }) => sum + maxUses, 0);
    if (ofPlace.length > bound)
      wrong.push(`${key} approved ${ofPlace.length} steps, more than ${bound}`);
  }

  const standing = Map.groupBy(run.database.autoApprovals, keyOfPlace);
  for (const key of new Set([...uses.keys(), ...standing.keys()])) {
    const rows = standing.get(key) ?? [];
    for (const { uses, maxUses } of rows)
      if (maxUses !== null && uses > maxUses)
        wrong.push(`${key} counts ${uses} uses of ${maxUses}`);
    const counted = rows.reduce((sum, row) => sum + row.uses, 0);
    const left = uses.get(key)?.length ?? 0;
    // One that is created again starts counting from 0.
    const isNew = (creations.get(key) ?? []).length > 1;
    if (counted > left || (!isNew && counted < left))
      wrong.push(`${key} counts ${counted} uses, but ${left} reviews were approved`);
  }
  return wrong;
};

/** Whether the standing approval of this operation can have approved this review. */
function allows(creation: Creation, row: ReviewRow, ends: Map<string, Operation[]>): boolean {
  const { operation, requestedBy, endsBy } = creation;
  const at = row.reviewedAt ?? 0;
  const isOver = [
    ...(ends.get(keyOf(row.owner, row.graphExecId)) ?? []),
    ...(ends.get(keyOf(row.owner, row.graphExecId, row.nodeId)) ?? []),
  ].some((end) => end.startedAt > latestEffect(operation) && end.endedAt < at);
  return (
    operation.actor === row.decidedBy &&
    !isParty(operation.actor, row) &&
    ['', row.requestedBy].includes(requestedBy) &&
    operation.startedAt <= at + ROUNDING_MS &&
    at <= endsBy + ROUNDING_MS &&
    !isOver
  );
}

/** Operations that certainly ended standing approvals: revocations and stops. */
function endsIn({ named }: Run): Map<string, Operation[]> {
  const stops = [...named('cancelPendingReviews'), ...named('registerExecution')].filter(isStop);
  const revocations = named('revokeAutoApproval');
  return new Map([
    ...Map.groupBy(stops.filter(succeeded), keyOfExecution),
    ...Map.groupBy(revocations.filter(succeeded), ({ owner, input }) =>
      keyOf(owner, input.graphExecId, input.nodeId),
    ),
  ]);
}

function creationsIn({ named, reviewOf }: Run): Map<string, Creation[]> {
  const creations = new Map<string, Creation[]>();
  const add = (place: Place, creation: Creation) => {
    const key = keyOfPlace(place);
    const known = creations.get(key);
    if (known) known.push(creation);
    else creations.set(key, [creation]);
  };
  for (const operation of named('createAutoApproval').filter(mayHaveHappened)) {
    const { input, answer, startedAt, owner } = operation;
    // If one existed already, it is returned and nothing is created.
    const madeAt = Date.parse(answer?.autoApproval?.createdAt ?? new Date().toISOString());
    if (madeAt < startedAt - ROUNDING_MS) continue;
    add(
      { ...input, owner },
      {
        operation,
        maxUses: input.maxUses ?? Number.POSITIVE_INFINITY,
        requestedBy: input.requestedBy ?? '',
        endsBy: input.expiresAt
          ? Date.parse(input.expiresAt)
          : latestEffect(operation) + STANDING_APPROVAL_MS,
      },
    );
  }
  for (const operation of named('decideReviews').filter(mayHaveHappened)) {
    for (const { nodeExecId, decision, autoApproveFuture } of operation.input.decisions) {
      const row = reviewOf(operation.owner, nodeExecId);
      if (decision !== 'APPROVE' || !autoApproveFuture || !row) continue;
      add(row, {
        operation,
        maxUses: Number.POSITIVE_INFINITY,
        requestedBy: row.requestedBy,
        endsBy: latestEffect(operation) + STANDING_APPROVAL_MS,
      });
    }
  }
  return creations;
}
