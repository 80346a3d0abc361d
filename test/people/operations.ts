import { randomUUID } from 'node:crypto';
import type { TestClient } from '../support/testClient.ts';
import type { TestService } from '../support/testService.ts';

export type Member = {
  id: string;
  actor: string;
  kind: string;
  displayName: string | null;
  email: string | null;
  disabledAt: string | null;
  teams: { teamId: string }[];
};

export type Team = {
  id: string;
  teamId: string;
  name: string;
  idpGroup: string | null;
  members: { actor: string }[];
};

export type Delegation = {
  id: string;
  delegationId: string;
  from: string;
  to: string;
  startsAt: string;
  until: string;
  reason: string | null;
  active: boolean;
  createdBy: string;
  revokedAt: string | null;
};

export type ApiToken = {
  id: string;
  apiTokenId: string;
  actor: string;
  scopes: string[];
  createdBy: string | null;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
};

export type Made = {
  __typename: string;
  message: string;
  issues: { path: string; message: string }[];
  ids: string[];
  nodeExecIds: string[];
  ruleIds: string[];
  member: Member;
  team: Team;
  delegation: Delegation;
  apiToken: ApiToken;
  secret: string;
  deletedCount: number;
};

const fields = {
  members: 'id actor kind displayName email disabledAt teams { teamId }',
  teams: 'id teamId name idpGroup members { actor }',
  delegations: 'id delegationId from to startsAt until reason active createdBy revokedAt',
  apiTokens: 'id apiTokenId actor scopes createdBy expiresAt lastUsedAt revokedAt',
};

const payloads = {
  setMember: `member { ${fields.members} }`,
  unlinkMember: `member { ${fields.members} }`,
  setTeam: `team { ${fields.teams} }`,
  deleteTeam: 'deletedCount',
  createDelegation: `delegation { ${fields.delegations} }`,
  revokeDelegation: `delegation { ${fields.delegations} }`,
  createApiToken: `secret apiToken { ${fields.apiTokens} }`,
  revokeApiToken: `apiToken { ${fields.apiTokens} }`,
};

const errors = `... on Error { message } ... on InvalidInputError { issues { path message } }
  ... on NotFoundError { ids } ... on TeamInUseError { nodeExecIds ruleIds }`;
const mayNotFind = new Set([
  'unlinkMember',
  'createDelegation',
  'revokeDelegation',
  'revokeApiToken',
]);

/** Runs a mutation of people; returns the fields of whichever type of the union it returned. */
export async function change(
  client: TestClient,
  name: keyof typeof payloads,
  input: Record<string, unknown>,
): Promise<Made> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const possible = errors
    .replace(mayNotFind.has(name) ? '' : '... on NotFoundError { ids }', '')
    .replace(name === 'deleteTeam' ? '' : '... on TeamInUseError { nodeExecIds ruleIds }', '');
  const data = await client.query<Record<string, Made>>(
    `mutation ($input: ${type}Input!) { ${name}(input: $input) {
      __typename ... on ${type}Payload { ${payloads[name]} } ${possible} } }`,
    { input },
  );
  return data[name] as Made;
}

/** Like `change`, for what must succeed. */
export async function must(...args: Parameters<typeof change>): Promise<Made> {
  const made = await change(...args);
  if (!made.__typename.endsWith('Payload')) throw new Error(`${args[1]}: ${made.message}`);
  return made;
}

type Lists = { members: Member[]; teams: Team[]; delegations: Delegation[]; apiTokens: ApiToken[] };

export async function list<Name extends keyof Lists>(
  client: TestClient,
  name: Name,
): Promise<Lists[Name]> {
  return (await client.query<Lists>(`{ ${name} { ${fields[name]} } }`))[name];
}

export type PeopleChange = {
  cursor: string;
  actor: string;
  change: string;
  subject: string;
  detail: Record<string, unknown>;
};

export async function changes(
  client: TestClient,
  args: { first?: number; before?: string | null } = {},
): Promise<PeopleChange[]> {
  const { peopleChanges } = await client.query<{ peopleChanges: PeopleChange[] }>(
    `query ($first: Int, $before: String) { peopleChanges(first: $first, before: $before) {
      cursor actor change subject detail } }`,
    { first: 25, ...args },
  );
  return peopleChanges;
}

/** A workspace whose people `manager` manages; she also decides. */
export function workspace(service: TestService) {
  const user = `owner-${randomUUID()}`;
  return {
    user,
    manager: service.as({ user, actor: 'mona', scopes: ['people:manage', 'review:decide'] }),
    agent: service.as({ user, actor: 'agent', scopes: ['review:request'] }),
    reviewer: (actor: string) => service.as({ user, actor, scopes: ['review:decide'] }),
  };
}
