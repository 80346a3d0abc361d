import type {
  PolicyMode,
  PolicyVersionFragment,
  Risk,
  RuleEffect,
  RuleFragment,
} from '../generated/graphql.ts';
import { namesIn, namesText } from '../parts/names.ts';
import { riskNames } from '../parts/RiskBadge.tsx';
import { requirementOf, type Wanted, wantedOf } from '../parts/WantedFields.tsx';

export type PolicyVersion = PolicyVersionFragment;

/** A step of an escalation as it is typed. */
export type DraftStep = { key: number; after: string; teams: string; people: string };

/** A rule as it is typed. */
export type DraftRule = {
  key: number;
  ruleId: string;
  when: string;
  effect: RuleEffect;
  reason: string;
  approvals: readonly Wanted[];
  escalation: readonly DraftStep[];
  expiresAfter: string;
  risk: Risk | null;
};

/** A rule as the service takes it, with all its fields. */
export type RuleInput = {
  ruleId: string;
  when: string;
  effect: RuleEffect;
  reason: string | null;
  approvalsRequired: { teamId?: string; actors?: string[]; count: number }[];
  escalation: { after: string; teamIds: string[]; actors: string[] }[];
  expiresAfter: string | null;
  risk: Risk | null;
};

/** A policy that is being changed. */
export type PolicyDraft = {
  /** The version that it changes; null for the first one. */
  base: PolicyVersion | null;
  rules: readonly DraftRule[];
  mode: PolicyMode;
  note: string;
};

let lastKey = 0;
/** Draft rules and their parts have no other identity while they are edited. */
export const newKey = (): number => ++lastKey;

export const draftOf = (base: PolicyVersion | null): PolicyDraft => ({
  base,
  rules: base?.rules.map(draftRuleOf) ?? [],
  mode: base?.mode ?? 'SHADOW',
  note: '',
});

export const newRule = (): DraftRule => ({
  key: newKey(),
  ruleId: '',
  when: '',
  effect: 'REVIEW',
  reason: '',
  approvals: [],
  escalation: [],
  expiresAfter: '',
  risk: null,
});

export const draftRuleOf = (rule: RuleFragment): DraftRule => ({
  ...rule,
  key: newKey(),
  reason: rule.reason ?? '',
  approvals: rule.approvalsRequired.map((requirement) => wantedOf(requirement, newKey())),
  escalation: rule.escalation.map(({ after, teamIds, actors }) => ({
    key: newKey(),
    after,
    teams: namesText(teamIds),
    people: namesText(actors),
  })),
  expiresAfter: rule.expiresAfter ?? '',
});

/** The rule as the service takes it. Only a REVIEW rule can ask for something. */
export function inputOf(rule: DraftRule): RuleInput {
  const { ruleId, when, effect, risk } = rule;
  const isReview = effect === 'REVIEW';
  return {
    ruleId: ruleId.trim(),
    when,
    effect,
    reason: rule.reason.trim() || null,
    approvalsRequired: isReview ? rule.approvals.map(requirementOf) : [],
    escalation: isReview ? rule.escalation.map(stepOf) : [],
    expiresAfter: (isReview && rule.expiresAfter.trim()) || null,
    risk,
  };
}

const stepOf = ({ after, teams, people }: DraftStep) => ({
  after: after.trim(),
  teamIds: namesIn(teams),
  actors: namesIn(people),
});

export const inputsOf = (rules: readonly DraftRule[]): RuleInput[] => rules.map(inputOf);

/** The rules of a saved version, in the form in which drafts are compared with them. */
export const savedInputs = (version: PolicyVersion | null): RuleInput[] =>
  inputsOf(version?.rules.map(draftRuleOf) ?? []);

export const isSameRule = (one: RuleInput, other: RuleInput): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Joins a draft with a version that somebody else saved meanwhile. Rules that the draft left as they
 * were are taken from there; rules that it changed, added or removed stay as in the draft.
 */
export function mergeOnto(theirs: PolicyVersion, draft: PolicyDraft): PolicyDraft {
  const before = byId(savedInputs(draft.base));
  const now = byId(savedInputs(theirs));
  const isMine = (rule: DraftRule) => {
    const input = inputOf(rule);
    const old = before.get(input.ruleId);
    return old === undefined || !isSameRule(old, input);
  };
  const mine = new Map(draft.rules.filter(isMine).map((rule) => [rule.ruleId.trim(), rule]));
  const kept = new Set(draft.rules.map(({ ruleId }) => ruleId.trim()));
  const isRemovedByMe = (ruleId: string) => before.has(ruleId) && !kept.has(ruleId);
  const rules = theirs.rules.flatMap((rule) => {
    if (isRemovedByMe(rule.ruleId)) return [];
    return mine.get(rule.ruleId) ?? draftRuleOf(rule);
  });
  const added = [...mine].flatMap(([ruleId, rule]) => (now.has(ruleId) ? [] : rule));
  const isModeMine = draft.mode !== draft.base?.mode;
  return {
    base: theirs,
    rules: [...rules, ...added],
    mode: isModeMine ? draft.mode : theirs.mode,
    note: draft.note,
  };
}

const byId = (rules: readonly RuleInput[]) => new Map(rules.map((rule) => [rule.ruleId, rule]));

/** How a rule differs between two versions. */
export type RuleChange = {
  readonly ruleId: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly fields: readonly { name: string; before: string; after: string }[];
};

/** The rules that differ, in the order of the later version, removed ones last. */
export function differenceOf(
  before: readonly RuleInput[],
  after: readonly RuleInput[],
): RuleChange[] {
  const old = byId(before);
  const kept = new Set(after.map(({ ruleId }) => ruleId));
  return [
    ...after.flatMap((rule): RuleChange | [] => {
      const was = old.get(rule.ruleId);
      if (was && isSameRule(was, rule)) return [];
      return { ruleId: rule.ruleId, kind: was ? 'changed' : 'added', fields: fieldsOf(was, rule) };
    }),
    ...before.flatMap((rule): RuleChange | [] =>
      kept.has(rule.ruleId)
        ? []
        : { ruleId: rule.ruleId, kind: 'removed', fields: fieldsOf(rule, undefined) },
    ),
  ];
}

const fieldTexts: Record<string, (rule: RuleInput) => string> = {
  Effect: ({ effect }) => effectNames[effect],
  Condition: ({ when }) => when,
  Reason: ({ reason }) => reason ?? '',
  Approvals: ({ approvalsRequired }) => requirementsText(approvalsRequired),
  Escalation: ({ escalation }) => escalationText(escalation),
  'Expires after': ({ expiresAfter }) => expiresAfter ?? '',
  Risk: ({ risk }) => (risk ? riskNames[risk] : ''),
};

function fieldsOf(before: RuleInput | undefined, after: RuleInput | undefined) {
  return Object.entries(fieldTexts).flatMap(([name, text]) => {
    const texts = { before: before ? text(before) : '', after: after ? text(after) : '' };
    return texts.before === texts.after ? [] : { name, ...texts };
  });
}

export const effectNames: Record<RuleEffect, string> = {
  ALLOW: 'Allow',
  REVIEW: 'Review',
  DENY: 'Deny',
};

export const modeNames: Record<PolicyMode, string> = {
  OFF: 'Off',
  SHADOW: 'Shadow',
  ENFORCED: 'Enforced',
};

const list = new Intl.ListFormat('en');
const alternatives = new Intl.ListFormat('en', { type: 'disjunction' });

/** A person may be called like a team. */
const teamText = (teamId: string): string => `team ${teamId}`;
const personText = (actor: string): string => namesText([actor]);

type Requirement = {
  teamId?: string | null;
  actors?: readonly string[] | null;
  count: number;
};

/** As in `2 of team finance and 1 of anyone`. Empty without any. */
export const requirementsText = (requirements: readonly Requirement[]): string =>
  list.format(
    requirements.map(({ teamId, actors, count }) => {
      if (teamId) return `${count} of ${teamText(teamId)}`;
      const people = actors?.map(personText) ?? [];
      const who = people.length > 0 ? alternatives.format(people) : 'anyone';
      return `${count} of ${who}`;
    }),
  );

type Step = { after: string; teamIds: readonly string[]; actors: readonly string[] };

/** As in `after 2h also team leads`. Empty without any. */
export const escalationText = (steps: readonly Step[]): string =>
  steps
    .map(({ after, teamIds, actors }) => {
      const who = list.format([...teamIds.map(teamText), ...actors.map(personText)]);
      return `after ${after} also ${who}`;
    })
    .join(', ');
