import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { createApiToken, newSecret, revokeApiToken } from '../identity/apiTokens.ts';
import { may, type Scope, scopes } from '../identity/viewer.ts';
import { checkInput, type InputIssue, InvalidInputError, id, NotFoundError } from '../input.ts';
import { changePeople, isOneself, type Manager, type PeopleStore } from './changePeople.ts';
import { actor } from './fields.ts';

const DEFAULT_LIFETIME_MS = 90 * 86_400_000;

/** What a token of somebody else than its creator may have. */
const othersMay: readonly Scope[] = ['review:request', 'review:read'];

const createTokenInput = z.object({
  actor,
  scopes: z
    .array(
      z.enum(scopes, {
        error: ({ input }) =>
          `must be one of ${scopes.join(', ')}, not ${JSON.stringify(String(input).slice(0, 100))}`,
      }),
    )
    .min(1, 'must contain at least one scope')
    .transform((chosen) => [...new Set(chosen)]),
  expiresAt: z
    .date()
    .nullish()
    .refine((date) => !date || date.getTime() > Date.now(), {
      error: ({ input }) => `must be in the future, not ${(input as Date).toISOString()}`,
    }),
});

type Input = z.output<typeof createTokenInput>;

const findDisabled = statement(
  'findDisabledMember',
  `SELECT 1 FROM "Member" WHERE "userId" = $1 AND "actor" = $2 AND "disabledAt" IS NOT NULL`,
);

/**
 * Creates an API token. Over the API without `expiresAt` it ends after 90 days; only the command
 * line can create one that never does.
 * @returns its ID, and its secret, which cannot be shown again
 * @throws InvalidInputError
 */
export function createToken(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<{ id: string; secret: string }> {
  const input = checkInput(createTokenInput, rawInput);
  const { userId } = manager;
  const { actor, scopes } = input;
  if (!manager.isCommandLine) checkScopes(manager, input);
  const byDefault = manager.isCommandLine ? null : new Date(Date.now() + DEFAULT_LIFETIME_MS);
  const expiresAt = input.expiresAt ?? byDefault;
  const createdBy = manager.isCommandLine ? null : manager.actor;

  return changePeople(store, manager, async (change) => {
    const disabled = await change.query(findDisabled, [userId, actor]);
    if (disabled.length > 0) {
      const message = `must not be ${actor}, who is disabled`;
      throw new InvalidInputError([{ path: 'input.actor', message }]);
    }
    const made = newSecret();
    await createApiToken(change, { userId, actor, scopes, expiresAt, createdBy }, made);
    await change.record('createApiToken', made.id, { actor, scopes, expiresAt });
    return made;
  });
}

/**
 * Nobody gives away what they do not have, and everything but asking and reading only to
 * themselves.
 * @throws InvalidInputError
 */
function checkScopes(manager: Manager, { actor, scopes }: Input): void {
  const issues = scopes.flatMap((scope, at): InputIssue[] => {
    const path = `input.scopes.${at}`;
    if (!isOneself(manager, actor) && !othersMay.includes(scope)) {
      const only = `others than yourself may have ${othersMay.join(' and ')} only`;
      return [{ path, message: `must not be ${scope} for ${actor}: ${only}` }];
    }
    if (may(manager, scope)) return [];
    return [{ path, message: `must not be ${scope}, because you do not have it yourself` }];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

const revokeTokenInput = z.object({ apiTokenId: id });

const findToken = statement(
  'findApiToken',
  `SELECT "actor" FROM "ApiToken" WHERE "userId" = $1 AND "id" = $2`,
);

/**
 * Revokes an API token. Idempotent.
 * @returns false if it was revoked before
 * @throws InvalidInputError, NotFoundError
 */
export function revokeToken(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<boolean> {
  const { apiTokenId } = checkInput(revokeTokenInput, rawInput);
  return changePeople(store, manager, async (change) => {
    const [token] = await change.query<{ actor: string }>(findToken, [manager.userId, apiTokenId]);
    if (!token) throw new NotFoundError('API token', [apiTokenId]);
    const isRevoked = await revokeApiToken(change, apiTokenId);
    if (isRevoked) await change.record('revokeApiToken', apiTokenId, { actor: token.actor });
    return isRevoked;
  });
}
