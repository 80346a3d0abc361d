import type { ApprovalRequirementInput, EscalationStepInput } from './generated/graphql.ts';
import { type InputIssue, InvalidInputError } from './problems.ts';

// The limits of the service, which knows teams and people and checks more.
const MAX_REQUIREMENTS = 5;
const MAX_COUNT = 10;
const MAX_ACTORS = 50;
const MAX_ACTOR_CHARACTERS = 255;
const MAX_STEPS = 10;
const TEAM_ID = /^[a-z0-9-]{1,64}$/;
const MINUTES = { m: 1, h: 60, d: 1_440 } as const;
const MAX_MINUTES = 36_500 * MINUTES.d;

/** Who has to approve a review, and who may if nobody decides in time. */
export type Approvers = {
  /**
   * All of these must be met, by different people: `count` approvals (1 if absent) from a team, from
   * some actors, or (without both) from anyone who may decide. By default one approval by anyone is
   * enough.
   */
  approvalsRequired?: readonly ApprovalRequirementInput[] | undefined;
  /** Who may decide too once the review has waited this long, e.g. `30m`, in order of time. */
  escalation?: readonly EscalationStepInput[] | undefined;
};

/**
 * The part of a request that says who has to approve it.
 * @throws InvalidInputError with the path of each invalid value
 */
export function approversOf({ approvalsRequired, escalation }: Approvers): {
  approvalsRequired?: ApprovalRequirementInput[];
  escalation?: EscalationStepInput[];
} {
  const issues: InputIssue[] = [];
  const add = (path: string, message: string) => issues.push({ path, message });
  const requirements = listOf('approvalsRequired', approvalsRequired, MAX_REQUIREMENTS, add);
  for (const [at, requirement] of requirements.entries()) {
    const path = `approvalsRequired.${at}`;
    if (!isRecord(requirement)) {
      add(path, 'must be an object');
      continue;
    }
    const { teamId, actors, count } = requirement;
    checkKeys(path, requirement, ['teamId', 'actors', 'count'], add);
    if (teamId != null) checkTeam(`${path}.teamId`, teamId, add);
    checkActors(`${path}.actors`, actors, add);
    if (teamId != null && actors?.length) add(path, 'must name a team or actors, not both');
    if (count != null && !(Number.isInteger(count) && count >= 1 && count <= MAX_COUNT)) {
      add(`${path}.count`, `must be 1 to ${MAX_COUNT}, not ${show(count)}`);
    }
  }
  let last = 0;
  const steps = listOf('escalation', escalation, MAX_STEPS, add);
  for (const [at, step] of steps.entries()) {
    const path = `escalation.${at}`;
    if (!isRecord(step)) {
      add(path, 'must be an object');
      continue;
    }
    const { after, teamIds, actors } = step;
    checkKeys(path, step, ['after', 'teamIds', 'actors'], add);
    const minutes = minutesOf(after);
    if (minutes === null) {
      add(`${path}.after`, `must be a time such as 30m, 12h or 7d, not ${show(after)}`);
    } else {
      if (minutes <= last) add(`${path}.after`, 'must be later than the step before');
      last = minutes;
    }
    if (teamIds != null && !Array.isArray(teamIds)) add(`${path}.teamIds`, 'must be a list');
    else teamIds?.forEach((id, n) => void checkTeam(`${path}.teamIds.${n}`, id, add));
    checkActors(`${path}.actors`, actors, add);
    if (!(teamIds?.length || actors?.length)) add(path, 'must name teams or actors');
  }
  if (issues.length > 0) throw new InvalidInputError(issues);
  // A copy: the caller may change the lists while the review waits.
  return {
    ...(requirements.length > 0 && { approvalsRequired: structuredClone(requirements) }),
    ...(steps.length > 0 && { escalation: structuredClone(steps) }),
  };
}

type Add = (path: string, message: string) => unknown;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => String(JSON.stringify(value) ?? value).slice(0, 100);

function listOf<Item>(path: string, value: readonly Item[] | undefined, max: number, add: Add) {
  if (value === undefined) return [];
  if (!Array.isArray(value)) add(path, `must be a list, not ${show(value)}`);
  else if (value.length > max) add(path, `must contain at most ${max}, not ${value.length}`);
  else return [...value] as Item[];
  return [];
}

/** A misspelt name must not make a requirement weaker. */
function checkKeys(path: string, value: object, known: readonly string[], add: Add): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) add(`${path}.${key}`, `is unknown: use ${known.join(', ')}`);
  }
}

function checkTeam(path: string, id: unknown, add: Add): void {
  if (typeof id === 'string' && TEAM_ID.test(id)) return;
  add(path, `must be 1 to 64 of a-z, 0-9 and hyphens, not ${show(id)}`);
}

function checkActors(path: string, actors: unknown, add: Add): void {
  if (actors == null) return;
  if (!Array.isArray(actors)) return void add(path, `must be a list, not ${show(actors)}`);
  if (actors.length > MAX_ACTORS) {
    add(path, `must contain at most ${MAX_ACTORS} actors, not ${actors.length}`);
  }
  actors.forEach((actor: unknown, at) => {
    const isName =
      typeof actor === 'string' && actor !== '' && actor.length <= MAX_ACTOR_CHARACTERS;
    if (!isName) add(`${path}.${at}`, `must have 1 to ${MAX_ACTOR_CHARACTERS} characters`);
  });
}

/** The minutes of a time such as `30m`, `12h` or `7d`; null for what is none. */
function minutesOf(text: unknown): number | null {
  const match = typeof text === 'string' ? /^([1-9]\d{0,8})([mhd])$/.exec(text) : null;
  if (!match) return null;
  const minutes = Number(match[1]) * MINUTES[match[2] as keyof typeof MINUTES];
  return minutes <= MAX_MINUTES ? minutes : null;
}
