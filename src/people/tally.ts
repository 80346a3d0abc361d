import { assign } from './assign.ts';
import { type Ballot, canMeet, isExcluded, requirementsOf, stepsTaken } from './ballot.ts';
import { GROUP_HOURS, type People } from './readPeople.ts';
import { namesOf, type Vote } from './vote.ts';

/** Until when something holds that depends on the time. Null: no limit. */
type Until = Date | null;
const earliest = (a: Until, b: Until): Until => (a === null || (b !== null && b < a) ? b : a);

/** The requirements that a vote can count for, and until when. */
export type Eligibility = { requirements: number[]; until: Until };

const HOUR_MS = 3_600_000;

/** The groups that a vote or a session brings, and until when they count. */
type Groups = { names: ReadonlySet<string>; until: Until };

/**
 * @param groups those of the actor's own session, for votes in their own right
 * @returns the requirements that an approval by this actor can count for
 */
export function eligibilityOf(
  ballot: Ballot,
  people: People,
  who: Pick<Vote, 'actor' | 'onBehalfOf'>,
  groups: Groups | null,
): Eligibility {
  const none = { requirements: [], until: null };
  if (namesOf(who).some((name) => people.barred.has(name) || isExcluded(ballot, name))) return none;
  const principal = who.onBehalfOf ?? who.actor;
  const known = who.onBehalfOf == null ? groups : null;
  const stored = people.groups.get(principal) ?? null;
  const steps = stepsTaken(ballot);
  let until: Until = null;

  function isInTeam(teamId: string): boolean {
    if (people.listedIn.get(principal)?.has(teamId)) return true;
    const group = people.teams.get(teamId);
    if (group == null) return false;
    const source = [known, stored].find((source) => source?.names.has(group));
    if (!source) return false;
    until = earliest(until, source.until);
    return true;
  }

  const requirements = requirementsOf(ballot).flatMap((requirement, at) =>
    canMeet(requirement, steps, principal, isInTeam) ? [at] : [],
  );
  return { requirements, until };
}

export type Tally = {
  /** All votes, with those ended that no longer count. */
  votes: Vote[];
  /** How many of the votes count towards each requirement. */
  given: number[];
  isMet: boolean;
  /** The result holds until then, unless people change. */
  until: Until;
};

/**
 * Counts the votes on a subject.
 * @param subjectDigest votes on another subject do not count
 */
export function tally(
  ballot: Ballot,
  people: People,
  votes: readonly Vote[],
  subjectDigest: string,
): Tally {
  const counts = requirementsOf(ballot).map(({ count }) => count);
  let until: Until = null;
  const eligible: number[][] = [];
  const counted = votes.map((vote): Vote => {
    if (vote.endedBy !== null || vote.decision !== 'APPROVE') return vote;
    if (vote.subjectDigest !== subjectDigest) return { ...vote, endedBy: 'PAYLOAD_CHANGED' };
    const may = eligibilityOf(ballot, people, vote, groupsOf(vote, people.now));
    if (may.requirements.length === 0) return { ...vote, endedBy: 'NOT_ELIGIBLE' };
    until = earliest(until, may.until);
    eligible.push(may.requirements);
    return vote;
  });
  const given = assign(counts, eligible);
  const isMet = counts.length > 0 && counts.every((count, at) => given[at] === count);
  return { votes: counted, given, isMet, until };
}

/** The groups that were stored with a vote, while they count. */
export function groupsOf({ groups, at }: Vote, now: Date): Groups | null {
  const until = new Date(new Date(at).getTime() + GROUP_HOURS * HOUR_MS);
  return groups && until > now ? { names: new Set(groups), until } : null;
}

/** Of the groups of a session or token, those of the teams: what is stored with a vote. */
export const relevantGroups = (people: People, groups: readonly string[]): string[] => {
  const held = new Set(groups);
  return [...new Set([...people.teams.values()])].flatMap((group) =>
    group !== null && held.has(group) ? group : [],
  );
};
