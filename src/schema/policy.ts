import type { Policy as PolicyRow } from '../database/generated/prisma/client.ts';
import { durationText } from '../duration.ts';
import { requireScope } from '../identity/viewer.ts';
import { checkPageSize, InvalidInputError } from '../input.ts';
import type { EscalationStep } from '../people/escalation.ts';
import type { Requirement } from '../people/requirement.ts';
import { PolicyConflictError } from '../policy/errors.ts';
import type { RuleProblem as Problem } from '../policy/evaluate.ts';
import {
  type AutoApprovalPreview as AutoApprovalPreviewResult,
  type PolicyPreview as PolicyPreviewResult,
  previewAutoApproval,
  previewPolicy,
} from '../policy/preview.ts';
import type { PolicyRule as Rule } from '../policy/rule.ts';
import { setPolicy } from '../policy/setPolicy.ts';
import type { StoredVerdict } from '../policy/verdict.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { PolicyMode, Risk, RuleEffect } from './enums.ts';
import { PendingReview } from './pendingReview.ts';
import { ApprovalRequirementInput, EscalationStepInput } from './requestReview.ts';
import { Team } from './team.ts';

const PAGE = 25;
const MAX_VERSION = 2_147_483_647;

const RequiredApprovals = builder.objectRef<Requirement>('RequiredApprovals').implement({
  description:
    'This many approvals from a team, from some actors, or (without both) from anyone with `review:decide`.',
  fields: (t) => ({
    team: t.field({
      type: Team,
      nullable: true,
      description: 'The team. Null if some actors or anyone is asked, or if it was deleted since.',
      resolve: ({ teamId }, _args, { loaders }) =>
        teamId === null ? null : loaders.teams.load(teamId),
    }),
    teamId: t.exposeID('teamId', {
      nullable: true,
      description: 'ID of the team, also if it was deleted since.',
    }),
    actors: t.exposeStringList('actors', {
      nullable: true,
      description: 'The actors. Null if a team or anyone is asked.',
    }),
    count: t.exposeInt('count', { description: 'How many approvals.' }),
  }),
});

const EscalationStepType = builder.objectRef<EscalationStep>('EscalationStep').implement({
  description: 'Once the review has waited this long, these may decide it too.',
  fields: (t) => ({
    after: t.string({
      description: 'Time after the request, such as `30m`, `12h` or `7d`.',
      resolve: ({ afterMs }) => durationText(afterMs),
    }),
    teams: t.field({
      type: [Team],
      description: 'The teams, without those that were deleted since.',
      resolve: async ({ teamIds }, _args, { loaders }) => {
        const teams = await Promise.all(teamIds.map((teamId) => loaders.teams.load(teamId)));
        return teams.filter((team) => team !== null);
      },
    }),
    teamIds: t.exposeIDList('teamIds', {
      description: 'IDs of the teams, also of those that were deleted since.',
    }),
    actors: t.exposeStringList('actors', { description: 'The actors.' }),
  }),
});

const PolicyRule = builder.objectRef<Rule>('PolicyRule').implement({
  description: 'A condition, and what applies to the requests that meet it.',
  fields: (t) => ({
    ruleId: t.exposeID('ruleId', { description: 'ID of the rule, unique in the policy.' }),
    when: t.exposeString('when', {
      description: 'A CEL expression. The rule applies where it is true.',
    }),
    effect: t.expose('effect', { type: RuleEffect, description: 'What the rule does.' }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Told to the agent with `DENY`, and to reviewers with `REVIEW`.',
    }),
    approvalsRequired: t.expose('approvalsRequired', {
      type: [RequiredApprovals],
      description: 'Approvals that are required. Empty except with `REVIEW`.',
    }),
    escalation: t.expose('escalation', {
      type: [EscalationStepType],
      description:
        "Who may meet this rule's requirements too if nobody decides in time. Empty except with `REVIEW`.",
    }),
    expiresAfter: t.exposeString('expiresAfter', {
      nullable: true,
      description:
        'How long the review waits at most, such as `30m`, `12h` or `7d`. Null except with `REVIEW`.',
    }),
    risk: t.expose('risk', {
      type: Risk,
      nullable: true,
      description: "The review's risk is at least this.",
    }),
  }),
});

/** The rules of a row. They were checked when they were saved. */
const rulesOf = ({ rules }: { rules: unknown }) => rules as Rule[];

export const Policy = builder.prismaNode('Policy', {
  nullable: true,
  description: 'All rules of a workspace, from this version to the next. Versions never change.',
  id: { resolve: ({ version }) => String(version) },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'review:read', 'policy:manage');
    const version = /^[1-9]\d{0,9}$/.test(id) ? Number(id) : 0;
    const found = version <= MAX_VERSION ? version : 0;
    return { userId_version: { userId: viewer.userId, version: found } };
  },
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Counts from 1, without gaps.' }),
    mode: t.field({
      type: PolicyMode,
      description: 'Whether the rules take effect.',
      resolve: ({ mode }) => mode,
    }),
    rules: t.field({ type: [PolicyRule], description: 'The rules.', resolve: rulesOf }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why it was saved, for people.',
    }),
    createdBy: t.exposeString('createdBy', { description: 'Who saved it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
  }),
});

const RuleProblem = builder.objectRef<Problem>('RuleProblem').implement({
  description:
    'A rule that could not be evaluated, e.g. because the payload lacks a field. The request needs a person.',
  fields: (t) => ({
    ruleId: t.exposeID('ruleId', { description: 'ID of the rule.' }),
    message: t.exposeString('message', { description: 'What went wrong.' }),
  }),
});

type Verdict = StoredVerdict & { version: number };

const PolicyVerdict = builder.objectRef<Verdict>('PolicyVerdict').implement({
  description: 'What the policy said when the review was requested. It never changes.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'The version of the policy.' }),
    mode: t.expose('mode', {
      type: PolicyMode,
      description: 'The mode of that version. With `SHADOW`, the verdict had no effect.',
    }),
    effect: t.expose('effect', {
      type: RuleEffect,
      description: 'The strictest effect of all rules that applied; `REVIEW` if none did.',
    }),
    ruleIds: t.exposeIDList('ruleIds', {
      description: 'The rules with that effect. Empty if none applied.',
    }),
    problems: t.expose('problems', {
      type: [RuleProblem],
      description: 'The rules that could not be evaluated.',
    }),
  }),
});

builder.prismaObjectFields(PendingReview, (t) => ({
  policy: t.field({
    type: PolicyVerdict,
    nullable: true,
    description:
      'What the policy said when the review was requested. Null if there was no policy, or its mode was `OFF`.',
    resolve: ({ policyVersion, policyVerdict }) =>
      policyVersion === null || policyVerdict === null
        ? null
        : { ...(policyVerdict as StoredVerdict), version: policyVersion },
  }),
  headline: t.exposeString('headline', {
    nullable: true,
    description: 'What the agent is about to do, in one line.',
  }),
  risk: t.field({
    type: Risk,
    nullable: true,
    description: 'The risk as the agent sees it, or higher if a rule says so. Null: not stated.',
    resolve: ({ risk }) => risk,
  }),
  tags: t.exposeStringList('tags', { description: "The agent's tags." }),
}));

builder.queryFields((t) => ({
  policy: t.prismaField({
    type: Policy,
    nullable: true,
    description:
      'The newest version of the policy, whatever its mode. Null if none was saved. Needs `review:read` or `policy:manage`.',
    resolve: (query, _root, _args, { store, viewer }) =>
      store.database.prisma.policy.findFirst({
        ...query,
        where: { userId: viewer.userId },
        orderBy: { version: 'desc' },
      }),
  }),
  policyHistory: t.prismaField({
    type: [Policy],
    description:
      'All versions of the policy, newest first. Needs `review:read` or `policy:manage`.',
    args: {
      first: t.arg.int({ defaultValue: PAGE, description: 'Page size, 1 to 100.' }),
      beforeVersion: t.arg.int({ description: 'Only versions before this one.' }),
    },
    resolve: (query, _root, { first, beforeVersion }, { store, viewer }) =>
      store.database.prisma.policy.findMany({
        ...query,
        where: {
          userId: viewer.userId,
          ...(beforeVersion != null && { version: { lt: beforeVersion } }),
        },
        orderBy: { version: 'desc' },
        take: checkPageSize(first ?? PAGE),
      }),
  }),
}));

const PolicyRuleInput = builder.inputType('PolicyRuleInput', {
  fields: (t) => ({
    ruleId: t.id({
      required: true,
      description: '1 to 64 of a-z, 0-9 and hyphens; unique in the policy.',
    }),
    when: t.string({
      required: true,
      description: 'A CEL expression. The rule applies where it is true.',
    }),
    effect: t.field({ type: RuleEffect, required: true, description: 'What the rule does.' }),
    reason: t.string({
      description: 'Told to the agent with `DENY`, and to reviewers with `REVIEW`.',
    }),
    approvalsRequired: t.field({
      type: [ApprovalRequirementInput],
      description: 'Approvals that are required, by different people. Only with `REVIEW`.',
    }),
    escalation: t.field({
      type: [EscalationStepInput],
      description:
        "Who may meet this rule's requirements too if nobody decides in time. Only with `REVIEW`.",
    }),
    expiresAfter: t.string({
      description:
        'How long the review waits at most, such as `30m`, `12h` or `7d`. Only with `REVIEW`.',
    }),
    risk: t.field({ type: Risk, description: "The review's risk is at least this." }),
  }),
});

const SetPolicyInput = builder.inputType('SetPolicyInput', {
  fields: (t) => ({
    rules: t.field({
      type: [PolicyRuleInput],
      required: true,
      description: 'All rules, at most 100. Their order does not matter.',
    }),
    mode: t.field({
      type: PolicyMode,
      required: true,
      description: 'Whether the rules take effect.',
    }),
    basedOnVersion: t.int({
      required: true,
      description: 'The version that you changed; 0 for the first.',
    }),
    note: t.string({ description: 'Why you save it, for people, at most 2,000 characters.' }),
  }),
});

const SetPolicyPayload = builder.objectRef<{ policy: PolicyRow }>('SetPolicyPayload').implement({
  fields: (t) => ({
    policy: t.expose('policy', { type: Policy, description: 'The new version.' }),
  }),
});

builder.mutationField('setPolicy', (t) =>
  t.field({
    type: SetPolicyPayload,
    description:
      'Saves the whole policy as a new version. It counts from the next request on. Needs `policy:manage`.',
    errors: {
      types: [InvalidInputError, PolicyConflictError],
      union: { name: 'SetPolicyResult' },
    },
    args: { input: t.arg({ type: SetPolicyInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { policy: await setPolicy(store, viewer, input) };
    },
  }),
);

const PreviewRange = builder.inputType('PreviewRange', {
  description: 'Which past requests to look at. Fields that are absent do not restrict.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Only requests made at this time or later.' }),
    to: t.field({ type: 'DateTime', description: 'Only requests made before this time.' }),
    graphId: t.id({ description: 'Only requests of this workflow.' }),
    nodeId: t.id({ description: 'Only requests for this step.' }),
  }),
});

const PreviewPolicyInput = builder.inputType('PreviewPolicyInput', {
  fields: (t) => ({
    rules: t.field({ type: [PolicyRuleInput], required: true, description: 'The draft.' }),
    range: t.field({ type: PreviewRange, description: 'Which past requests to look at.' }),
  }),
});

/** The reviews in the order of their IDs, without those that were deleted since. */
async function reviewsOf(
  query: object,
  nodeExecIds: readonly string[],
  { store, viewer }: Context,
) {
  const reviews = await store.database.prisma.pendingReview.findMany({
    ...query,
    where: { userId: viewer.userId, nodeExecId: { in: [...nodeExecIds] } },
  });
  const found = new Map(reviews.map((review) => [review.nodeExecId, review]));
  return nodeExecIds.flatMap((nodeExecId) => found.get(nodeExecId) ?? []);
}

const RuleMatches = builder
  .objectRef<PolicyPreviewResult['matches'][number]>('RuleMatches')
  .implement({
    description: 'How often a rule of a draft decided.',
    fields: (t) => ({
      ruleId: t.exposeID('ruleId', { description: 'ID of the rule.' }),
      count: t.exposeInt('count', {
        description: 'How many requests it decided: it applied, and no rule was stricter.',
      }),
    }),
  });

const examined = 'How many requests were looked at, newest first.';
const truncated =
  'Whether there are older requests that were not looked at, because a preview takes at most two seconds.';

const PolicyPreview = builder.objectRef<PolicyPreviewResult>('PolicyPreview').implement({
  description:
    'What a draft would have made of past requests, as they were made: with the original payload, at that time, and as if you had saved the draft.',
  fields: (t) => ({
    examined: t.exposeInt('examined', { description: examined }),
    truncated: t.exposeBoolean('truncated', { description: truncated }),
    allowedCount: t.exposeInt('allowedCount', { description: 'How many it would have allowed.' }),
    reviewCount: t.exposeInt('reviewCount', {
      description: 'How many would have needed a person.',
    }),
    deniedCount: t.exposeInt('deniedCount', { description: 'How many it would have denied.' }),
    matches: t.expose('matches', { type: [RuleMatches], description: 'For each rule.' }),
    problems: t.expose('problems', {
      type: [RuleProblem],
      description: 'Different problems of rules, the newest 100.',
    }),
    allowedThoughRejectedCount: t.exposeInt('allowedThoughRejectedCount', {
      description: 'How many it would have allowed, and a person rejected.',
    }),
    allowedThoughEditedCount: t.exposeInt('allowedThoughEditedCount', {
      description: 'How many it would have allowed, and a person edited before approving them.',
    }),
    deniedThoughApprovedCount: t.exposeInt('deniedThoughApprovedCount', {
      description: 'How many it would have denied, and a person approved.',
    }),
    surprises: t.prismaField({
      type: [PendingReview],
      description:
        'The reviews behind these three counts, in this order: of each, the newest 20, newest first.',
      resolve: (query, { surprises }, _args, context) => reviewsOf(query, surprises, context),
    }),
  }),
});

const PreviewAutoApprovalInput = builder.inputType('PreviewAutoApprovalInput', {
  fields: (t) => ({
    nodeId: t.id({ required: true, description: 'ID of the step.' }),
    when: t.string({
      description: 'A CEL expression that a request must meet. Defaults to null: any request.',
    }),
    range: t.field({ type: PreviewRange, description: 'Which past requests to look at.' }),
  }),
});

const AutoApprovalPreview = builder
  .objectRef<AutoApprovalPreviewResult>('AutoApprovalPreview')
  .implement({
    description: 'Which past requests for a step a standing approval would have covered.',
    fields: (t) => ({
      examined: t.exposeInt('examined', { description: examined }),
      truncated: t.exposeBoolean('truncated', { description: truncated }),
      coveredCount: t.exposeInt('coveredCount', { description: 'How many it would have covered.' }),
      coveredThoughRejectedCount: t.exposeInt('coveredThoughRejectedCount', {
        description: 'How many of these a person rejected.',
      }),
      coveredThoughEditedCount: t.exposeInt('coveredThoughEditedCount', {
        description: 'How many of these a person edited before approving them.',
      }),
      defaultExpiresAt: t.field({
        type: 'DateTime',
        description:
          'When a standing approval without an end of its own would expire if given now.',
        resolve: (_preview, _args, { store }) =>
          new Date(Date.now() + store.limits.standingApprovalHours * 3_600_000),
      }),
      surprises: t.prismaField({
        type: [PendingReview],
        description:
          'The reviews behind these two counts, in this order: of each, the newest 20, newest first.',
        resolve: (query, { surprises }, _args, context) => reviewsOf(query, surprises, context),
      }),
    }),
  });

builder.queryFields((t) => ({
  previewPolicy: t.field({
    type: PolicyPreview,
    description:
      'Evaluates a draft on past requests. Changes nothing. Needs `policy:manage` and `review:read`.',
    errors: { types: [InvalidInputError], union: { name: 'PreviewPolicyResult' } },
    args: { input: t.arg({ type: PreviewPolicyInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => previewPolicy(store.database, viewer, input),
  }),
  previewAutoApproval: t.field({
    type: AutoApprovalPreview,
    description:
      'Says which past requests a standing approval would have covered, in any run. Changes nothing. Needs `review:decide`.',
    errors: { types: [InvalidInputError], union: { name: 'PreviewAutoApprovalResult' } },
    args: { input: t.arg({ type: PreviewAutoApprovalInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) =>
      previewAutoApproval(store.database, viewer, input),
  }),
}));
