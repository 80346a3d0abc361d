import { feedCursorOf } from '../feed/cursor.ts';
import { requireScope } from '../identity/viewer.ts';
import { readDeliveries, readWebhooks } from '../webhooks/readWebhooks.ts';
import type { WebhookAttempt as Attempt } from '../webhooks/webhook.ts';
import { builder } from './builder.ts';
import { ReviewEventKind, WebhookDeliveryStatus } from './enums.ts';

const PAGE = 25;

export const Webhook = builder.prismaNode('Webhook', {
  nullable: true,
  description:
    "Where an owner's events are sent to, signed as Standard Webhooks says: at least once, and in order for one review.",
  id: { resolve: ({ id }) => id },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'webhook:manage');
    return { userId_id: { userId: viewer.userId, id } };
  },
  fields: (t) => ({
    webhookId: t.exposeID('id'),
    url: t.exposeString('url'),
    kinds: t.field({
      type: [ReviewEventKind],
      nullable: true,
      description: 'Which events are sent; null: every kind.',
      resolve: ({ kinds }) => (kinds.length === 0 ? null : kinds),
    }),
    enabled: t.exposeBoolean('enabled', {
      description:
        'While it is not, nothing is sent, and what happens is passed over. What was still to be sent is kept.',
    }),
    createdBy: t.exposeString('createdBy'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    previousSecretUntil: t.expose('previousSecretUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'After a rotation: how long messages are signed with the secret before, too.',
    }),
  }),
});

const WebhookAttempt = builder.objectRef<Attempt>('WebhookAttempt').implement({
  description: 'One try to send.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: ({ at }) => new Date(at) }),
    status: t.exposeInt('status', {
      nullable: true,
      description: "HTTP's; null where there was no answer.",
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why it failed; null where the receiver took it.',
    }),
    milliseconds: t.exposeInt('milliseconds', { description: 'How long it took.' }),
  }),
});

export const WebhookDelivery = builder.prismaNode('WebhookDelivery', {
  nullable: true,
  description: 'One event that was or is to be sent to one webhook.',
  id: { resolve: ({ webhookId, number }) => `${webhookId}:${number}` },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'webhook:manage');
    const [webhookId = '', number] = id.split(':');
    const key = { userId: viewer.userId, webhookId, number: numberOfKey(number) };
    return { userId_webhookId_number: key, webhook: { is: { userId: viewer.userId } } };
  },
  fields: (t) => ({
    webhookId: t.exposeID('webhookId'),
    cursor: t.string({
      description: "The event's place in the feed.",
      resolve: ({ number }) => feedCursorOf(number),
    }),
    kind: t.expose('kind', { type: ReviewEventKind }),
    nodeExecId: t.exposeID('nodeExecId'),
    status: t.field({ type: WebhookDeliveryStatus, resolve: ({ status }) => status }),
    attempts: t.exposeInt('attempts', { description: 'How many there have been.' }),
    lastAttempts: t.field({
      type: [WebhookAttempt],
      description: 'The newest twenty, oldest first.',
      resolve: ({ lastAttempts }) => lastAttempts,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'While PENDING: not before then.',
      resolve: ({ status, nextAttemptAt }) => (status === 'PENDING' ? nextAttemptAt : null),
    }),
    deliveredAt: t.expose('deliveredAt', { type: 'DateTime', nullable: true }),
  }),
});

/** What is no number names nothing. */
const numberOfKey = (text = ''): number => (/^\d{1,15}$/.test(text) ? Number(text) : -1);

builder.queryFields((t) => ({
  webhooks: t.field({
    type: [Webhook],
    description: "The owner's webhooks, oldest first.",
    resolve: (_root, _args, { store, viewer }) => {
      requireScope(viewer, 'webhook:manage');
      return readWebhooks(store.database, viewer.userId);
    },
  }),
  webhookDeliveries: t.field({
    type: [WebhookDelivery],
    description: `What was or is to be sent to a webhook in the last 30 days, the newest event first. 1 to 100 a page; before: the last cursor of the page before.`,
    args: {
      webhookId: t.arg.id({ required: true }),
      first: t.arg.int({ defaultValue: PAGE }),
      before: t.arg.string(),
      status: t.arg({ type: WebhookDeliveryStatus }),
    },
    resolve: (_root, { first, ...args }, { store, viewer }) => {
      requireScope(viewer, 'webhook:manage');
      return readDeliveries(store.database, viewer.userId, { ...args, first: first ?? PAGE });
    },
  }),
}));
