import { z } from 'zod';
import type { Queries } from '../database/connections.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { isParty } from '../people/ballot.ts';
import { checkCondition, meets } from './condition.ts';
import { compileRules, evaluate } from './evaluate.ts';
import { describe } from './expression/position.ts';
import { type PastRequest, previewRange, type Walk, walkPastRequests } from './pastRequests.ts';
import { policyRules } from './rules.ts';

/** How many surprises of each kind are shown, and how many problems. */
const MAX_SHOWN = 20;
const MAX_PROBLEMS = 100;

const previewPolicyInput = z.object({ rules: policyRules, range: previewRange });

/** Requests on which the draft and a person disagreed: how many, and the newest of them. */
class Surprises {
  count = 0;
  readonly newest: string[] = [];

  add({ nodeExecId }: PastRequest): void {
    this.count++;
    if (this.newest.length < MAX_SHOWN) this.newest.push(nodeExecId);
  }
}

export type PolicyPreview = Walk & {
  allowedCount: number;
  reviewCount: number;
  deniedCount: number;
  /** How many requests each rule decided. */
  matches: { ruleId: string; count: number }[];
  problems: { ruleId: string; message: string }[];
  allowedThoughRejectedCount: number;
  allowedThoughEditedCount: number;
  deniedThoughApprovedCount: number;
  /** IDs of reviews. */
  surprises: string[];
};

/**
 * Evaluates a draft on past requests, as if the viewer had saved it. It changes nothing.
 * @throws InvalidInputError
 */
export async function previewPolicy(
  database: Queries,
  viewer: Viewer,
  rawInput: unknown,
): Promise<PolicyPreview> {
  const { rules, range } = checkInput(previewPolicyInput, rawInput);
  const compiled = compileRules(rules);
  const counts = { ALLOW: 0, REVIEW: 0, DENY: 0 };
  const matches = new Map(rules.map(({ ruleId }) => [ruleId, 0]));
  const problems = new Map<string, { ruleId: string; message: string }>();
  const allowedThoughRejected = new Surprises();
  const allowedThoughEdited = new Surprises();
  const deniedThoughApproved = new Surprises();

  const walk = await walkPastRequests(database, viewer.userId, range ?? {}, (request) => {
    const verdict = evaluate(compiled, request);
    // What people allow themselves still needs somebody else, and a question needs an answer.
    const needsPerson = isParty(request, viewer.actor) || request.kind === 'QUESTION';
    const effect = verdict.effect === 'ALLOW' && needsPerson ? 'REVIEW' : verdict.effect;
    counts[effect]++;
    for (const ruleId of verdict.ruleIds) matches.set(ruleId, (matches.get(ruleId) ?? 0) + 1);
    for (const { ruleId, message } of verdict.problems) {
      if (problems.size < MAX_PROBLEMS) problems.set(`${ruleId} ${message}`, { ruleId, message });
    }
    const { decision } = request;
    if (effect === 'ALLOW' && decision === 'REJECTED') allowedThoughRejected.add(request);
    if (effect === 'ALLOW' && decision === 'EDITED') allowedThoughEdited.add(request);
    if (effect === 'DENY' && (decision === 'APPROVED' || decision === 'EDITED')) {
      deniedThoughApproved.add(request);
    }
  });

  return {
    ...walk,
    allowedCount: counts.ALLOW,
    reviewCount: counts.REVIEW,
    deniedCount: counts.DENY,
    matches: [...matches].map(([ruleId, count]) => ({ ruleId, count })),
    problems: [...problems.values()],
    allowedThoughRejectedCount: allowedThoughRejected.count,
    allowedThoughEditedCount: allowedThoughEdited.count,
    deniedThoughApprovedCount: deniedThoughApproved.count,
    surprises: [allowedThoughRejected, allowedThoughEdited, deniedThoughApproved].flatMap(
      ({ newest }) => newest,
    ),
  };
}

const previewAutoApprovalInput = z
  .object({
    nodeId: id,
    when: z
      .string()
      .nullish()
      .superRefine((when, { addIssue }) => {
        const problem = when == null ? null : checkCondition(when);
        if (when != null && problem !== null) addIssue(describe(problem, when));
      }),
    range: previewRange,
  })
  .refine(({ nodeId, range }) => range?.nodeId == null || range.nodeId === nodeId, {
    path: ['range', 'nodeId'],
    error: 'must be absent or the same as nodeId',
  });

export type AutoApprovalPreview = Walk & {
  coveredCount: number;
  coveredThoughRejectedCount: number;
  coveredThoughEditedCount: number;
  /** IDs of reviews. */
  surprises: string[];
};

/**
 * Says which past requests of a step a standing approval with this condition would have covered.
 * @throws InvalidInputError
 */
export async function previewAutoApproval(
  database: Queries,
  viewer: Viewer,
  rawInput: unknown,
): Promise<AutoApprovalPreview> {
  const { nodeId, when, range } = checkInput(previewAutoApprovalInput, rawInput);
  let coveredCount = 0;
  const rejected = new Surprises();
  const edited = new Surprises();
  const walk = await walkPastRequests(database, viewer.userId, { ...range, nodeId }, (request) => {
    if (when != null && !meets(when, request)) return;
    coveredCount++;
    if (request.decision === 'REJECTED') rejected.add(request);
    if (request.decision === 'EDITED') edited.add(request);
  });
  return {
    ...walk,
    coveredCount,
    coveredThoughRejectedCount: rejected.count,
    coveredThoughEditedCount: edited.count,
    surprises: [...rejected.newest, ...edited.newest],
  };
}
