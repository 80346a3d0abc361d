import { expect } from 'vitest';
import type { TestClient } from '../support/testClient.ts';

export type Attempt = {
  at: string;
  status: number | null;
  error: string | null;
  milliseconds: number;
};

export type Delivery = {
  id: string;
  cursor: string;
  kind: string;
  nodeExecId: string;
  status: string;
  attempts: number;
  lastAttempts: Attempt[];
  nextAttemptAt: string | null;
  deliveredAt: string | null;
};

export type Made = {
  __typename: string;
  message: string;
  issues: { path: string; message: string }[];
  secret: string;
  webhook: {
    id: string;
    webhookId: string;
    url: string;
    kinds: string[] | null;
    enabled: boolean;
    disabledReason: string | null;
    pausedUntil: string | null;
    previousSecretUntil: string | null;
  };
  delivery: Delivery;
  deletedCount: number;
};

const webhookFields = `id webhookId url kinds enabled disabledReason pausedUntil
  previousSecretUntil createdBy`;
const deliveryFields = `id cursor kind nodeExecId status attempts nextAttemptAt deliveredAt
  lastAttempts { at status error milliseconds }`;

const payloads = {
  createWebhook: `secret webhook { ${webhookFields} }`,
  rotateWebhookSecret: `secret webhook { ${webhookFields} }`,
  setWebhookEnabled: `webhook { ${webhookFields} }`,
  deleteWebhook: 'deletedCount',
  redeliverWebhookEvent: `delivery { ${deliveryFields} }`,
};

/** Runs a webhook mutation; returns the fields of whichever type of the union it returned. */
export async function manage(
  client: TestClient,
  name: keyof typeof payloads,
  input: Record<string, unknown>,
): Promise<Made> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const data = await client.query<Record<string, Made>>(
    `mutation ($input: ${type}Input!) { ${name}(input: $input) {
      __typename ... on ${type}Payload { ${payloads[name]} }
      ... on Error { message } ... on InvalidInputError { issues { path message } } } }`,
    { input },
  );
  return data[name] as Made;
}

/** Creates a webhook with valid input. */
export async function create(client: TestClient, url: string, kinds?: string[]): Promise<Made> {
  const made = await manage(client, 'createWebhook', { url, kinds: kinds ?? null });
  expect(made.__typename, made.message).toBe('CreateWebhookPayload');
  return made;
}

export async function webhooks(client: TestClient): Promise<Made['webhook'][]> {
  const answer = await client.query<{ webhooks: Made['webhook'][] }>(
    `{ webhooks { ${webhookFields} } }`,
  );
  return answer.webhooks;
}

export async function deliveries(
  client: TestClient,
  webhookId: string,
  more: Record<string, unknown> = {},
): Promise<Delivery[]> {
  const answer = await client.query<{ webhookDeliveries: Delivery[] }>(
    `query ($webhookId: ID!, $first: Int, $before: String, $status: WebhookDeliveryStatus) {
      webhookDeliveries(webhookId: $webhookId, first: $first, before: $before, status: $status) {
        ${deliveryFields} } }`,
    { webhookId, ...more },
  );
  return answer.webhookDeliveries;
}
