import { z } from 'zod';
import { id } from '../input.ts';

const MAX_REQUIREMENTS = 5;
const MAX_COUNT = 10;
const MAX_ACTORS = 50;

/** In a list of teams: anyone with `review:decide`. No team can have this ID. */
export const ANYONE = '*';

/**
 * This many approvals from a team, from some actors, or (without both) from anyone with
 * `review:decide`. Stored in the review as JSON.
 */
export type Requirement = {
  teamId: string | null;
  actors: string[] | null;
  count: number;
  /** The rules of the policy that require `ruleCount` of the approvals. Absent without such rules. */
  ruleIds?: string[];
  ruleCount?: number;
};

export const teamId = z.string().regex(/^[a-z0-9-]{1,64}$/, {
  error: ({ input }) =>
    `must be 1 to 64 of a-z, 0-9 and hyphens, not ${JSON.stringify(String(input).slice(0, 100))}`,
});

export const actors = z
  .array(id)
  .max(MAX_ACTORS, {
    error: ({ input }) =>
      `must contain at most ${MAX_ACTORS} actors, not ${(input as unknown[]).length}`,
  })
  .transform((names) => [...new Set(names)]);

const requirement = z
  .object({
    teamId: teamId.nullish().transform((value) => value ?? null),
    actors: actors.nullish().transform((names) => (names?.length ? names : null)),
    count: z
      .int()
      .min(1, { error: ({ input }) => `must be 1 to ${MAX_COUNT}, not ${input}` })
      .max(MAX_COUNT, { error: ({ input }) => `must be 1 to ${MAX_COUNT}, not ${input}` })
      .nullish()
      .transform((value) => value ?? 1),
  })
  .refine(({ teamId, actors }) => teamId === null || actors === null, {
    error: 'must name a team or actors, not both',
  });

const list = z.array(requirement).max(MAX_REQUIREMENTS, {
  error: ({ input }) =>
    `must contain at most ${MAX_REQUIREMENTS} requirements, not ${(input as unknown[]).length}`,
});

/** The requirements of a request. Null if one approval by anyone is enough. */
export const approvalsRequired = list
  .nullish()
  .transform((requirements): Requirement[] | null => (requirements?.length ? requirements : null));

/** Requirements that replace others. */
export const newApprovalsRequired = list.min(1, 'must contain at least one requirement');

/** The teams that requirements name, with `ANYONE`, without duplicates. */
export const teamsOf = (requirements: readonly Requirement[]): string[] => [
  ...new Set(
    requirements.flatMap(({ teamId, actors }) => teamId ?? (actors === null ? ANYONE : [])),
  ),
];

/** The actors that requirements name, without duplicates. */
export const actorsOf = (requirements: readonly Requirement[]): string[] => [
  ...new Set(requirements.flatMap(({ actors }) => actors ?? [])),
];

/** Of these requirements, what rules require. A reassignment leaves it as it is. */
export const requiredByRules = (requirements: readonly Requirement[]): Requirement[] =>
  requirements.flatMap(({ ruleCount, ...requirement }) =>
    ruleCount === undefined ? [] : { ...requirement, count: ruleCount, ruleCount },
  );

/** Who asked for the approvals: rules by their ID, and the request (null). */
export const originsOf = ({ ruleIds, ruleCount = 0, count }: Requirement): (string | null)[] => [
  ...(ruleIds ?? []),
  ...(count > ruleCount ? [null] : []),
];

export const totalCount = (requirements: readonly Requirement[]): number =>
  requirements.reduce((sum, { count }) => sum + count, 0);
