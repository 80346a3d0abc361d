import { randomUUID } from 'node:crypto';
import type { TestClient } from '../support/testClient.ts';
import type { TestService } from '../support/testService.ts';

type Input = Record<string, unknown>;

export type Rule = {
  ruleId: string;
  when: string;
  effect: string;
  reason: string | null;
  approvalsRequired: {
    team: { name: string } | null;
    teamId: string | null;
    actors: string[] | null;
    count: number;
  }[];
  escalation: {
    after: string;
    teams: { teamId: string }[];
    teamIds: string[];
    actors: string[];
  }[];
  expiresAfter: string | null;
  risk: string | null;
};

export type Policy = {
  id: string;
  version: number;
  mode: string;
  note: string | null;
  createdBy: string;
  createdAt: string;
  rules: Rule[];
};

type Failure = {
  __typename: string;
  message: string;
  issues: { path: string; message: string }[];
};

export type Saved = Failure & { policy: Policy };

const policyFields = `id version mode note createdBy createdAt rules {
  ruleId when effect reason expiresAfter risk
  approvalsRequired { team { name } teamId actors count }
  escalation { after teams { teamId } teamIds actors } }`;

/** A rule, as input. */
export const rule = (ruleId: string, when: string, effect: string, more: Input = {}) => ({
  ...{ ruleId, when, effect },
  ...more,
});

/** Returns the fields of whichever type of the union the service returned. */
export async function setPolicy(client: TestClient, input: Input): Promise<Saved> {
  const data = await client.query<{ setPolicy: Saved }>(
    `mutation ($input: SetPolicyInput!) { setPolicy(input: $input) { __typename
      ... on SetPolicyPayload { policy { ${policyFields} } }
      ... on Error { message } ... on InvalidInputError { issues { path message } }
      ... on PolicyConflictError { policy { ${policyFields} } } } }`,
    { input: { mode: 'ENFORCED', basedOnVersion: 0, ...input } },
  );
  return data.setPolicy;
}

/** Like `setPolicy`, for what must succeed. */
export async function mustSet(client: TestClient, input: Input): Promise<Policy> {
  const saved = await setPolicy(client, input);
  if (saved.__typename !== 'SetPolicyPayload') throw new Error(saved.message);
  return saved.policy;
}

export const readPolicy = async (client: TestClient): Promise<Policy | null> =>
  (await client.query<{ policy: Policy | null }>(`{ policy { ${policyFields} } }`)).policy;

/** `first` is part of the document, because the service counts what it may cost. */
export async function readHistory(
  client: TestClient,
  { first = 5, beforeVersion }: { first?: number; beforeVersion?: number } = {},
): Promise<Policy[]> {
  const { policyHistory } = await client.query<{ policyHistory: Policy[] }>(
    `query ($beforeVersion: Int) {
      policyHistory(first: ${first}, beforeVersion: $beforeVersion) { ${policyFields} } }`,
    { beforeVersion },
  );
  return policyHistory;
}

export type Preview = Failure & {
  examined: number;
  truncated: boolean;
  allowedCount: number;
  reviewCount: number;
  deniedCount: number;
  matches: { ruleId: string; count: number }[];
  problems: { ruleId: string; message: string }[];
  allowedThoughRejectedCount: number;
  allowedThoughEditedCount: number;
  deniedThoughApprovedCount: number;
  surprises: { nodeExecId: string }[];
};

export async function preview(client: TestClient, input: Input): Promise<Preview> {
  const data = await client.query<{ previewPolicy: Preview }>(
    `query ($input: PreviewPolicyInput!) { previewPolicy(input: $input) { __typename
      ... on PolicyPreview { examined truncated allowedCount reviewCount deniedCount
        matches { ruleId count } problems { ruleId message } allowedThoughRejectedCount
        allowedThoughEditedCount deniedThoughApprovedCount surprises { nodeExecId } }
      ... on Error { message } ... on InvalidInputError { issues { path message } } } }`,
    { input },
  );
  return data.previewPolicy;
}

export type AutoApprovalPreview = Failure & {
  examined: number;
  truncated: boolean;
  coveredCount: number;
  coveredThoughRejectedCount: number;
  coveredThoughEditedCount: number;
  surprises: { nodeExecId: string }[];
};

export async function previewAutoApproval(
  client: TestClient,
  input: Input,
): Promise<AutoApprovalPreview> {
  const data = await client.query<{ previewAutoApproval: AutoApprovalPreview }>(
    `query ($input: PreviewAutoApprovalInput!) { previewAutoApproval(input: $input) { __typename
      ... on AutoApprovalPreview { examined truncated coveredCount coveredThoughRejectedCount
        coveredThoughEditedCount surprises { nodeExecId } }
      ... on Error { message } ... on InvalidInputError { issues { path message } } } }`,
    { input },
  );
  return data.previewAutoApproval;
}

/** A workspace whose policy `engineer` manages; she also reads reviews. */
export function workspace(service: TestService) {
  const user = `owner-${randomUUID()}`;
  return {
    user,
    engineer: service.as({ user, actor: 'pia', scopes: ['policy:manage', 'review:read'] }),
    agent: service.as({ user, actor: 'agent', scopes: ['review:request'] }),
    reviewer: service.as({ user, actor: 'reviewer', scopes: ['review:decide'] }),
    manager: service.as({ user, actor: 'mona', scopes: ['people:manage'] }),
  };
}
