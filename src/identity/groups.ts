import { z } from 'zod';

const MAX_LENGTH = 1_000;

/** A group's name survives UTF-8 and PostgreSQL unchanged. */
const group = z
  .string()
  .min(1)
  .max(MAX_LENGTH)
  .refine((text) => text.isWellFormed() && !text.includes('\0'));

/** A list, or the one group of a person in only one, which some identity providers send as text. */
const groupList = z.union([group.transform((only) => [only]), z.array(group)]);

type Claims = Readonly<Record<string, unknown>>;

/**
 * The groups that a claim lists. A claim that is missing, or not entirely a list of names, means no
 * groups.
 */
export const groupsIn = (claims: Claims, claim: string): string[] => [
  ...new Set(groupList.safeParse(claims[claim]).data),
];

/**
 * Whether the identity provider left the groups out because there were too many. Entra ID then
 * sends the address of the list instead.
 */
export function areGroupsCutOff(claims: Claims, claim: string): boolean {
  const elsewhere = claims['_claim_names'];
  const isElsewhere =
    typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, claim);
  return isElsewhere || (claim === 'groups' && isYes(claims['hasgroups']));
}

export const isYes = (value: unknown): boolean => value === true || value === 'true';

/** @param setting the variable that names the claim */
export const cutOffText = (claim: string, setting: string): string =>
  `The identity provider left out the claim ${claim}, because there are too many groups for one token. ` +
  'In Entra ID, choose "Groups assigned to the application" as the groups claim, ' +
  `or assign app roles and set ${setting} to roles`;
