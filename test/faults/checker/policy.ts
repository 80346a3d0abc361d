import { isDeepStrictEqual } from 'node:util';
import { JsonText } from '../../../packages/client/src/json/jsonText.ts';
import { compileRules, evaluate, type Verdict } from '../../../src/policy/evaluate.ts';
import type { PolicyRow, ReviewRow } from '../databaseState.ts';
import {
  askedRiskOf,
  describe,
  isOf,
  isParty,
  originalOf,
  ROUNDING_MS,
  type Rule,
  type Run,
  reviewsIn,
  succeeded,
} from './run.ts';

/** How long a statement may take from its start, which it records, until it reads the version. */
const SNAPSHOT_MS = 1_000;

/**
 * The verdict on each review is what the rules of its version say about the request, and that
 * version was the current one. What is denied never runs, and nothing is allowed, then or when it
 * is used, but by rules in force that allow it.
 */
export const policyIsObeyed: Rule = (run) => [
  ...gapsIn(run),
  ...run.database.reviews.flatMap((row) =>
    [...wrongVerdict(row, run), ...wrongEffect(row, run), ...wrongUse(row, run)].map(
      (what) => `${row.nodeExecId} ${what}`,
    ),
  ),
  ...toldOtherwise(run),
];

/** Versions are numbered without gaps. */
const gapsIn = ({ database }: Run): string[] =>
  [...Map.groupBy(database.policies, ({ owner }) => owner)].flatMap(([owner, versions]) =>
    versions.every(({ version }, at) => version === at + 1) ? [] : [`${owner} lacks a version`],
  );

/** What the rules of a version say about a request, with the payload that was sent or approved. */
function verdictOf(version: PolicyRow, row: ReviewRow, payload: unknown): Verdict {
  return evaluate(compileRules(version.rules), {
    kind: 'ACTION',
    nodeId: row.nodeId,
    graphId: row.graphId,
    graphVersion: row.graphVersion,
    graphExecId: row.graphExecId,
    requestedBy: row.requestedBy,
    consumers: row.consumers,
    instructions: row.instructions,
    headline: row.headline,
    tags: row.tags,
    risk: askedRiskOf(row),
    payload: JsonText.of(payload),
    now: new Date(row.createdAt),
  });
}

const versionOf = ({ owner, policyVersion }: ReviewRow, { database }: Run) =>
  database.policies.find((each) => each.owner === owner && each.version === policyVersion);

/** The versions that may have been the current one for a statement that began at this time. */
function currentAt(owner: string, at: number, run: Run): (PolicyRow | null)[] {
  const versions = run.database.policies.filter((each) => each.owner === owner);
  const saves = run.named('setPolicy').filter((save) => save.owner === owner && succeeded(save));
  /** When this version or a later one was certainly there. */
  const isThere = ({ version }: PolicyRow) =>
    saves.some(({ answer, endedAt }) => (answer?.policy?.version ?? 0) >= version && endedAt < at);
  const first = versions.findLastIndex(isThere);
  const begun = versions.filter(({ createdAt }) => createdAt <= at + SNAPSHOT_MS);
  return first < 0 ? [null, ...begun] : begun.slice(first);
}

function wrongVerdict(row: ReviewRow, run: Run): string[] {
  const { policyVersion, policyVerdict } = row;
  const version = versionOf(row, run);
  if (!currentAt(row.owner, row.createdAt, run).some((each) => each?.version === version?.version))
    return [`has the verdict of version ${policyVersion}, which was not the current one`];
  if (!version || version.mode === 'OFF')
    return policyVerdict === null ? [] : ['has a verdict without a policy'];
  const { effect, ruleIds, problems } = verdictOf(version, row, originalOf(row));
  const right = { mode: version.mode, effect, ruleIds, problems };
  const { askedRisk: _, ...noted } = policyVerdict ?? {};
  return isDeepStrictEqual(noted, right)
    ? []
    : [
        `has the verdict ${JSON.stringify(noted)}, but version ${policyVersion} says ${JSON.stringify(right)}`,
      ];
}

/** What a verdict did to the review. */
function wrongEffect(row: ReviewRow, run: Run): string[] {
  const { status, decisionSource, decidedBy, approvalsRequired } = row;
  const version = versionOf(row, run);
  const isByRule = decisionSource === 'POLICY';
  if (version?.mode !== 'ENFORCED')
    return isByRule ? ['was decided by a policy that was not enforced'] : [];
  const { effect } = verdictOf(version, row, originalOf(row));
  const isRejected = isByRule && status === 'REJECTED';
  const isAllowed = isByRule && status === 'APPROVED';
  const wrong: string[] = [];
  if ((effect === 'DENY') !== isRejected)
    wrong.push(`is ${status} by ${decisionSource}, but the verdict is ${effect}`);
  const mayAllow =
    effect === 'ALLOW' && !isParty(version.createdBy, row) && approvalsRequired === null;
  if (isAllowed !== mayAllow)
    wrong.push(
      `is ${status} by ${decisionSource}, but the rules ${mayAllow ? '' : 'do not '}allow it`,
    );
  if (isByRule && decidedBy !== version.createdBy)
    wrong.push(`was decided by ${decidedBy}, who did not save version ${version.version}`);
  return wrong;
}

/** Whether an approval was used although no version that was in force lets it. */
function wrongUse(row: ReviewRow, run: Run): string[] {
  const { status, decisionSource } = row;
  const usedAt = run
    .eventsOf(row.owner, row.nodeExecId)
    .find(({ kind }) => kind === 'PROCESSED')?.at;
  if (status !== 'APPROVED' || usedAt === undefined) return [];
  const isAllowed = (version: PolicyRow | null): boolean => {
    if (version === null || version.mode !== 'ENFORCED') return decisionSource !== 'POLICY';
    const { effect } = verdictOf(version, row, row.payload);
    if (effect === 'DENY') return false;
    const mayAct = effect === 'ALLOW' && !isParty(version.createdBy, row);
    return decisionSource !== 'POLICY' || mayAct;
  };
  const versions = currentAt(row.owner, usedAt - ROUNDING_MS, run);
  return versions.some(isAllowed)
    ? []
    : [
        `was used, but version ${versions.map((each) => each?.version).join(' or ')} does not let it`,
      ];
}

/** The verdict in every answer is the one that is stored. */
const toldOtherwise = (run: Run): string[] =>
  run.operations.flatMap((operation) =>
    reviewsIn(operation).flatMap((told) => {
      const row = run.reviewOf(operation.owner, told.nodeExecId);
      if (!row || !isOf(row, told) || told.policy === undefined) return [];
      const { policyVersion: version, policyVerdict } = row;
      const stored = policyVerdict && {
        ...{ version, mode: policyVerdict.mode },
        ...{ effect: policyVerdict.effect, ruleIds: policyVerdict.ruleIds },
      };
      return isDeepStrictEqual(stored, told.policy)
        ? []
        : [`${describe(operation)} was told another verdict on ${told.nodeExecId}`];
    }),
  );
