import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ReviewRow } from '../databaseState.ts';
import type { ToldReview } from '../history.ts';
import {
  describe,
  digestOf,
  isOf,
  keyOf,
  originalOf,
  type Rule,
  type Run,
  reviewsIn,
  succeeded,
} from './run.ts';

/**
 * A decision takes effect only for the request and payload that its reviewer saw, even if there are
 * other requests with the same id. A decision without a subject digest has no effect.
 */
export const decisionsAreOfTheirSubject: Rule = (run) => {
  const wrong: string[] = [];
  const shown = subjectsIn(run, wrong);
  const decides = run.named('decideReviews');
  const byMessage = new Map(decides.map((decide) => [`operation ${decide.id}`, decide]));

  for (const row of run.database.reviews) {
    if (row.decisionSource !== 'REVIEWER') continue;
    const decide = byMessage.get(row.reviewMessage ?? '');
    const decision = decide?.input.decisions.find(
      ({ nodeExecId }: Decision) => nodeExecId === row.nodeExecId,
    ) as Decision | undefined;
    if (!decide || !decision) continue; // see outcomes.ts
    const by = `${row.nodeExecId} was decided by ${describe(decide)}`;
    if (decision.subjectDigest === undefined) {
      wrong.push(`${by}, which names no subject`);
      continue;
    }
    const looked = shown.get(keyOf(row.owner, decision.subjectDigest));
    if (looked?.nodeExecId !== row.nodeExecId || !isOf(row, looked))
      wrong.push(`${by}, whose reviewer saw another request`);
    else if (looked.payloadDigest !== digestOf(originalOf(row)))
      wrong.push(`${by}, whose reviewer saw another payload`);
    if (row.wasEdited === false && decision.subjectDigest !== subjectDigestOf(row))
      wrong.push(`${by}, whose reviewer saw another subject`);
  }

  // A reviewer who saw only a deleted request is not told that they decided the new one.
  for (const decide of decides.filter(succeeded)) {
    for (const { nodeExecId, subjectDigest, payload } of decide.input.decisions as Decision[]) {
      const row = run.reviewOf(decide.owner, nodeExecId);
      const looked = shown.get(keyOf(decide.owner, subjectDigest ?? ''));
      if (payload === undefined && row && looked && !isOf(row, looked))
        wrong.push(`${describe(decide)} was told that it had decided ${nodeExecId}`);
    }
  }
  return wrong;
};

/**
 * The subject of each digest that was shown. Each subject has one digest, and different subjects
 * have different digests.
 */
function subjectsIn(run: Run, wrong: string[]): Map<string, ToldReview> {
  const shown = new Map<string, ToldReview>();
  const digests = new Map<string, string>();
  for (const operation of run.operations) {
    const { owner } = operation;
    for (const told of reviewsIn(operation)) {
      const { nodeExecId, createdAt, payloadDigest, subjectDigest } = told;
      const key = keyOf(owner, subjectDigest);
      const same = shown.get(key) ?? told;
      shown.set(key, same);
      if (same.nodeExecId !== nodeExecId || same.createdAt !== createdAt)
        wrong.push(`${nodeExecId} and ${same.nodeExecId} were shown with the same subject digest`);

      const subject = keyOf(owner, nodeExecId, createdAt, payloadDigest);
      const digest = digests.get(subject) ?? subjectDigest;
      digests.set(subject, digest);
      const row = run.reviewOf(owner, nodeExecId);
      const isNow = row && isOf(row, told) && row.payloadDigest === payloadDigest;
      if (digest !== subjectDigest || (isNow && subjectDigest !== subjectDigestOf(row)))
        wrong.push(`${describe(operation)} was shown a different subject digest for ${nodeExecId}`);
    }
  }
  return shown;
}

/** Computed independently of the service. */
export function subjectDigestOf(row: ReviewRow): string {
  const { askId, editable, expiresAt, graphExecId, graphId, graphVersion, nodeExecId } = row;
  const subject = {
    ...{ askId, editable, graphExecId, graphId, graphVersion, nodeExecId },
    ...{ nodeId: row.nodeId, requestedBy: row.requestedBy, userId: row.owner },
    payloadDigest: digestOf(row.payload),
    ...(row.consumers.length > 0 && { consumers: row.consumers }),
    ...(row.instructions !== null && { instructions: row.instructions }),
    ...(row.headline !== null && { headline: row.headline }),
    ...(row.risk !== null && { risk: row.risk }),
    ...(row.tags.length > 0 && { tags: row.tags }),
    ...(expiresAt !== null && { expiresAt: new Date(expiresAt).toISOString() }),
  };
  return `sha256:${createHash('sha256')
    .update(canonicalize(subject) ?? '')
    .digest('hex')}`;
}

type Decision = { nodeExecId: string; subjectDigest?: string; payload?: unknown };
