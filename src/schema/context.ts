import type DataLoader from 'dataloader';
import type { GraphExecution } from '../database/generated/prisma/client.ts';
import type { Hub } from '../feed/hub.ts';
import type { HistoryPage, ReviewEvent } from '../feed/readEvents.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { AutoApproval } from '../reviews/autoApproval.ts';
import type { PayloadKey, Payloads } from '../reviews/payloads.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import type { AnswerBudget } from './answerBudget.ts';

/** What resolvers stand on, the same on every transport. */
export type Context = {
  viewer: Viewer;
  store: ReviewStore;
  hub: Hub;
  loaders: Loaders;
  budget: AnswerBudget;
  /** Whether webhooks may lead into one's own network, and do without TLS. */
  allowPrivateWebhooks: boolean;
};

/** Each asks the database once for everything that one turn of the event loop asks of it. They remember nothing. */
export type Loaders = {
  executions: DataLoader<string, GraphExecution | null>;
  history: DataLoader<HistoryPage, Omit<ReviewEvent, 'review'>[]>;
  /** Payloads that were too large to be read with their reviews. */
  payloads: DataLoader<PayloadKey, Payloads | undefined>;
  /** What standing approvals were made with. */
  approvedPayloads: DataLoader<AutoApproval, string | undefined>;
};
