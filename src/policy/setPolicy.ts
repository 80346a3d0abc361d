import { z } from 'zod';
import type { Policy } from '../database/generated/prisma/client.ts';
import { PolicyMode } from '../database/generated/prisma/enums.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, type InputIssue, InvalidInputError, text } from '../input.ts';
import { type Change, changePeople, type PeopleStore } from '../people/changePeople.ts';
import { PolicyConflictError } from './errors.ts';
import type { PolicyRule } from './rule.ts';
import { policyRules } from './rules.ts';

const MAX_NOTE_CHARACTERS = 2_000;

const setPolicyInput = z.object({
  rules: policyRules,
  mode: z.enum(PolicyMode),
  basedOnVersion: z
    .int()
    .min(0, { error: ({ input }) => `must be a version, or 0 for the first one, not ${input}` }),
  note: text(MAX_NOTE_CHARACTERS)
    .nullish()
    .transform((note) => (note?.trim() ? note : null)),
});

const columns = `"userId", "version", "mode", "rules", "note", "createdBy", "createdAt"`;

const readNewest = statement(
  'readNewestPolicy',
  `SELECT ${columns} FROM "Policy" WHERE "userId" = $1 ORDER BY "version" DESC LIMIT 1`,
);

const findTeams = statement(
  'findTeamsOfPolicy',
  `SELECT "teamId" FROM "Team" WHERE "userId" = $1 AND "teamId" = ANY ($2::text[])`,
);

const write = statement(
  'writePolicy',
  `INSERT INTO "Policy" ("userId", "version", "mode", "rules", "note", "createdBy")
  VALUES ($1, $2, $3::"PolicyMode", $4::jsonb, $5, $6) RETURNING ${columns}`,
);

/**
 * Saves the whole policy as a new version. It takes the lock of changes of people, so that versions
 * have no gaps, and no team that a rule names is deleted at the same time.
 * @throws InvalidInputError; PolicyConflictError if `basedOnVersion` is not the newest version
 */
export function setPolicy(store: PeopleStore, viewer: Viewer, rawInput: unknown): Promise<Policy> {
  const { rules, mode, basedOnVersion, note } = checkInput(setPolicyInput, rawInput);
  const { userId, actor } = viewer;
  return changePeople(store, viewer, async (change) => {
    const [newest] = await change.query<Policy>(readNewest, [userId]);
    if (newest && newest.version !== basedOnVersion) {
      throw new PolicyConflictError(basedOnVersion, newest);
    }
    if (!newest && basedOnVersion !== 0) {
      const message = `must be 0, because there is no policy yet, not ${basedOnVersion}`;
      throw new InvalidInputError([{ path: 'input.basedOnVersion', message }]);
    }
    await refuseUnknownTeams(change, userId, rules);
    const values = [userId, basedOnVersion + 1, mode, JSON.stringify(rules), note, actor];
    const [saved] = await change.query<Policy>(write, values);
    return saved as Policy;
  });
}

/** @throws InvalidInputError */
async function refuseUnknownTeams(
  change: Change,
  userId: string,
  rules: readonly PolicyRule[],
): Promise<void> {
  const named = rules.flatMap(teamsNamedIn);
  const teamIds = [...new Set(named.map(({ teamId }) => teamId))];
  if (teamIds.length === 0) return;
  const teams = await change.query<{ teamId: string }>(findTeams, [userId, teamIds]);
  const found = new Set(teams.map(({ teamId }) => teamId));
  const issues = named.flatMap(({ teamId, path }): InputIssue[] =>
    found.has(teamId) ? [] : [{ path, message: `there is no team ${teamId}` }],
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
}

function teamsNamedIn({ approvalsRequired, escalation }: PolicyRule, at: number) {
  const rule = `input.rules.${at}`;
  return [
    ...approvalsRequired.flatMap(({ teamId }, index) =>
      teamId === null ? [] : [{ teamId, path: `${rule}.approvalsRequired.${index}.teamId` }],
    ),
    ...escalation.flatMap(({ teamIds }, step) =>
      teamIds.map((teamId, index) => ({
        teamId,
        path: `${rule}.escalation.${step}.teamIds.${index}`,
      })),
    ),
  ];
}
