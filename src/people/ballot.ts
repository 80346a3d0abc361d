import type { EscalationStep } from './escalation.ts';
import { actorsOf, originsOf, type Requirement, teamsOf } from './requirement.ts';
import { namesOf, type Vote } from './vote.ts';

/** What a review says about who may decide it. The first three are JSON, null without any. */
export type Ballot = {
  approvalsRequired: unknown;
  votes: unknown;
  escalation: unknown;
  /** How many steps of the escalation were taken. */
  escalationsDone: number;
  reassignedBy: string[];
  requestedBy: string;
  consumers: string[];
};

export const requirementsOf = ({ approvalsRequired }: Pick<Ballot, 'approvalsRequired'>) =>
  (approvalsRequired ?? []) as Requirement[];
export const votesOf = ({ votes }: Pick<Ballot, 'votes'>) => (votes ?? []) as Vote[];
const stepsOf = ({ escalation }: Ballot) => (escalation ?? []) as EscalationStep[];

/** The steps of the escalation that were taken. */
export const stepsTaken = (ballot: Ballot): EscalationStep[] =>
  stepsOf(ballot).slice(0, ballot.escalationsDone);

/**
 * Whether an approval by somebody can count for a requirement: it names them, or the escalation was
 * widened to them. A requirement of several rules is widened only to whom the steps of each of them
 * name, so that a further rule never makes it easier to meet.
 * @param isInTeam whether they are in this team
 */
export function canMeet(
  requirement: Requirement,
  steps: readonly EscalationStep[],
  name: string,
  isInTeam: (teamId: string) => boolean,
): boolean {
  const { teamId, actors } = requirement;
  if (teamId === null && actors === null) return true;
  if (actors?.includes(name) || (teamId !== null && isInTeam(teamId))) return true;
  return originsOf(requirement).every((origin) =>
    steps.some(
      (step) =>
        (step.ruleId ?? null) === origin &&
        (step.actors.includes(name) || step.teamIds.some(isInTeam)),
    ),
  );
}

/** Everybody whom the tally of these ballots may be about: the voters, and whom they voted for. */
export const votersOf = (ballots: readonly Ballot[]): string[] => [
  ...new Set(ballots.flatMap((ballot) => votesOf(ballot).flatMap(namesOf))),
];

/** The teams that the ballots' requirements and escalations name. */
export const ballotTeams = (ballots: readonly Ballot[]): string[] => [
  ...new Set(
    ballots.flatMap((ballot) => [
      ...requirementsOf(ballot).flatMap(({ teamId }) => teamId ?? []),
      ...stepsOf(ballot).flatMap(({ teamIds }) => teamIds),
    ]),
  ),
];

/** The teams (or `ANYONE`) and actors that can meet one of the review's requirements now. */
export function approversOf(ballot: Ballot): { teams: string[]; actors: string[] } {
  const requirements = requirementsOf(ballot);
  const steps = stepsTaken(ballot);
  return {
    teams: [...teamsOf(requirements), ...steps.flatMap(({ teamIds }) => teamIds)],
    actors: [...actorsOf(requirements), ...steps.flatMap(({ actors }) => actors)],
  };
}

/** Whether somebody requested the review or may consume its approval, and so never decides it. */
export const isParty = (
  { requestedBy, consumers }: { requestedBy: string; consumers: readonly string[] },
  name: string,
): boolean => name === requestedBy || consumers.includes(name);

/** Whether an approval by somebody never counts: of a party, and of who reassigned the review. */
export const isExcluded = (ballot: Ballot, name: string): boolean =>
  isParty(ballot, name) || ballot.reassignedBy.includes(name);
