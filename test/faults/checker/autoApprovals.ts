import type { Operation } from '../history.ts';
import {
  describe,
  isLetThrough,
  keyOf,
  latestEffect,
  mayHaveHappened,
  type Rule,
  succeeded,
} from './run.ts';

/** One use, not before `at` and not after `until`: an ask that was let through, or a review that was settled. */
type Use = { actor: string; at: number; until: number; what: string };

/** Where an auto-approval may come from, in one operation. Without `maxUses` it has no bound. */
type Creation = { operation: Operation; maxUses: number };

/** Auto-approvals let through what somebody else allowed, as often as it was allowed, and nothing once the end was answered. */
export const autoApprovalsAreBounded: Rule = (run) => {
  const wrong: string[] = [];
  const creations = creationsIn(run);
  const revocations = Map.groupBy(run.named('revokeAutoApproval').filter(succeeded), keyOfNode);

  for (const [key, uses] of usesIn(run)) {
    const made = creations.get(key) ?? [];
    for (const { actor, at, until, what } of uses) {
      const stands = made.some(
        ({ operation }) =>
          operation.actor !== actor &&
          operation.startedAt <= until &&
          !(revocations.get(key) ?? []).some(
            (end) => end.startedAt > latestEffect(operation) && end.endedAt < at,
          ),
      );
      if (!stands) wrong.push(`${what} was let through, and nothing stood for it at ${key}`);
    }
    const bound = made.reduce((sum, { maxUses }) => sum + maxUses, 0);
    if (uses.length > bound) wrong.push(`${key} let ${uses.length} through, not ${bound}`);
  }
  for (const { owner, graphExecId, nodeId, uses, maxUses } of run.database.autoApprovals) {
    const key = keyOf(owner, graphExecId, nodeId);
    if (maxUses !== null && uses > maxUses) wrong.push(`${key} counts ${uses} uses of ${maxUses}`);
    const only = creations.get(key) ?? [];
    const seen = usesIn(run).get(key)?.length ?? 0;
    if (only.length === 1 && seen > uses)
      wrong.push(`${key} let ${seen} through, and counts ${uses}`);
  }
  return wrong;
};

const keyOfNode = ({ owner, input }: Operation): string =>
  keyOf(owner, input.graphExecId, input.nodeId);

function creationsIn({ named, database, entries }: Parameters<Rule>[0]): Map<string, Creation[]> {
  const creations = new Map<string, Creation[]>();
  const add = (key: string, creation: Creation) =>
    creations.set(key, [...(creations.get(key) ?? []), creation]);
  for (const operation of named('createAutoApproval').filter(mayHaveHappened)) {
    const maxUses = operation.input.maxUses ?? Number.POSITIVE_INFINITY;
    add(keyOfNode(operation), { operation, maxUses });
  }
  const nodes = nodesOf(entries);
  const executions = new Map(
    database.reviews.map((row) => [keyOf(row.owner, row.nodeExecId), row.graphExecId]),
  );
  for (const operation of named('decideReviews').filter(mayHaveHappened)) {
    for (const { nodeExecId, decision, autoApproveFuture } of operation.input.decisions) {
      if (decision !== 'APPROVE' || !autoApproveFuture) continue;
      const step = keyOf(operation.owner, nodeExecId);
      const key = keyOf(operation.owner, executions.get(step) ?? '', nodes.get(step) ?? '');
      add(key, { operation, maxUses: Number.POSITIVE_INFINITY });
    }
  }
  return creations;
}

/** Agents say it whenever they ask, and always the same. */
function nodesOf(entries: Parameters<Rule>[0]['entries']): Map<string, string> {
  const nodes = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type === 'gate') nodes.set(keyOf(entry.owner, entry.nodeExecId), entry.nodeId);
    else if (entry.type === 'operation' && entry.name === 'requestReview')
      nodes.set(keyOf(entry.owner, entry.input.nodeExecId), entry.input.nodeId);
  }
  return nodes;
}

const usesCache = new WeakMap<Parameters<Rule>[0], Map<string, Use[]>>();

function usesIn(run: Parameters<Rule>[0]): Map<string, Use[]> {
  const known = usesCache.get(run);
  if (known) return known;
  const uses = new Map<string, Use[]>();
  usesCache.set(run, uses);
  const add = (key: string, use: Use) => {
    const list = uses.get(key);
    if (list) list.push(use);
    else uses.set(key, [use]);
  };
  const asks = run.named('requestReview');
  for (const ask of asks.filter(isLetThrough)) {
    const { actor, startedAt: at, endedAt: until } = ask;
    add(keyOfNode(ask), { actor, at, until, what: describe(ask) });
  }
  const nodes = nodesOf(run.entries);
  for (const row of run.database.reviews) {
    if (row.decisionSource !== 'AUTO_APPROVAL') continue;
    const { owner, graphExecId, nodeExecId, requestedBy, reviewedAt } = row;
    const nodeId = nodes.get(keyOf(owner, nodeExecId)) ?? '';
    const at = reviewedAt ?? 0;
    const use = { actor: requestedBy, at, until: Number.POSITIVE_INFINITY, what: nodeExecId };
    add(keyOf(owner, graphExecId, nodeId), use);
  }
  return uses;
}
