import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { ask } from '../../support/operations.ts';
import { LOOK_MS, type PageOptions, type ReviewerPages } from '../../support/reviewerPages.ts';
import type { TestClient } from '../../support/testClient.ts';
import type { Team } from '../../support/testService.ts';

export type Told = {
  status: string;
  revision: number;
  reviewMessage: string | null;
  answer: unknown;
  comments: { actor: string; text: string; pointer: string | null; revision: number }[];
  votes: { actor: string; message: string | null }[];
};

const document = `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) {
  status revision reviewMessage answer
  comments { actor text pointer revision }
  votes { actor message }
} }`;

/** What was said about a review, and how it ended. */
export async function told(client: TestClient, nodeExecId: string): Promise<Told> {
  const { reviews } = await client.query<{ reviews: Told[] }>(document, { ids: [nodeExecId] });
  return reviews[0] as Told;
}

export const decided = async (client: TestClient, nodeExecId: string): Promise<Told> => {
  await expect.poll(async () => (await told(client, nodeExecId)).status).not.toBe('WAITING');
  return told(client, nodeExecId);
};

export const question = (agent: TestClient, nodeExecId: string, answerSchema: unknown, more = {}) =>
  ask(agent, nodeExecId, {
    ...{ kind: 'QUESTION', headline: `Question ${nodeExecId}`, answerSchema },
    ...more,
  });

export const actions = ['APPROVE', 'REJECT', 'REQUEST_CHANGES'];

/** Opens a review and waits until it can be decided. */
export async function openReview(
  pages: ReviewerPages,
  reviewer: Team['reviewer'],
  nodeExecId: string,
  options: PageOptions = {},
): Promise<Page> {
  const page = await pages.open(reviewer, { path: `/r/${nodeExecId}`, ...options });
  await page.getByRole('region', { name: 'Decide' }).waitFor();
  await page.waitForTimeout(LOOK_MS);
  return page;
}

export const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor();

export const outcome = (page: Page, text: string) =>
  page.getByRole('region', { name: 'Outcome' }).getByText(text).first().waitFor();

/** The places of a payload can be commented on in its tree. */
export const showTree = (page: Page) => page.getByRole('tab', { name: 'Tree' }).click();
