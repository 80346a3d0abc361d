import { feedCursorOf } from '../feed/cursor.ts';
import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import {
  createWebhook,
  deleteWebhook,
  redeliverWebhookEvent,
  rotateWebhookSecret,
  setWebhookEnabled,
} from '../webhooks/changeWebhooks.ts';
import { readDeliveries, readWebhooks } from '../webhooks/readWebhooks.ts';
import type {
  WebhookAttempt as Attempt,
  WebhookDelivery as DeliveryRow,
  Webhook as WebhookRow,
} from '../webhooks/webhook.ts';
import { builder } from './builder.ts';
import { ReviewEventKind, WebhookDeliveryStatus } from './enums.ts';

const PAGE = 25;

export const Webhook = builder.prismaNode('Webhook', {
  nullable: true,
  description:
    "A URL that receives the workspace's events, signed according to Standard Webhooks. Events are delivered at least once, and in order for each review.",
  id: { resolve: ({ id }) => id },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'webhook:manage');
    return { userId_id: { userId: viewer.userId, id } };
  },
  fields: (t) => ({
    webhookId: t.exposeID('id', { description: 'ID of the webhook.' }),
    url: t.exposeString('url', { description: 'URL that events are sent to.' }),
    kinds: t.field({
      type: [ReviewEventKind],
      nullable: true,
      description: 'Kinds of events that are sent. Null: all.',
      resolve: ({ kinds }) => (kinds.length === 0 ? null : kinds),
    }),
    enabled: t.exposeBoolean('enabled', {
      description:
        'Whether events are sent. While disabled, new events are skipped; pending deliveries are kept.',
    }),
    disabledReason: t.exposeString('disabledReason', {
      nullable: true,
      description:
        'Why the service disabled it: the receiver answered 410. Null if it is enabled, or was disabled on request.',
    }),
    pausedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Until when nothing is sent, because the receiver answered 429 or 503 with `Retry-After`. Null if it is not paused.',
      resolve: ({ pausedUntil }) =>
        pausedUntil && pausedUntil.getTime() > Date.now() ? pausedUntil : null,
    }),
    createdBy: t.exposeString('createdBy', { description: 'The actor that created it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    previousSecretUntil: t.expose('previousSecretUntil', {
      type: 'DateTime',
      nullable: true,
      description:
        'After a rotation: until when messages are also signed with the previous secret.',
    }),
  }),
});

const WebhookAttempt = builder.objectRef<Attempt>('WebhookAttempt').implement({
  description: 'One attempt to deliver an event.',
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      description: 'When the attempt started.',
      resolve: ({ at }) => new Date(at),
    }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'HTTP status of the response. Null if there was none.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why the attempt failed. Null if it succeeded.',
    }),
    milliseconds: t.exposeInt('milliseconds', {
      description: 'Duration of the attempt in milliseconds.',
    }),
  }),
});

export const WebhookDelivery = builder.prismaNode('WebhookDelivery', {
  nullable: true,
  description: 'The delivery of one event to one webhook.',
  id: { resolve: ({ webhookId, number }) => `${webhookId}:${number}` },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'webhook:manage');
    const [webhookId = '', number] = id.split(':');
    const key = { userId: viewer.userId, webhookId, number: eventNumber(number) };
    return { userId_webhookId_number: key, webhook: { is: { userId: viewer.userId } } };
  },
  fields: (t) => ({
    webhookId: t.exposeID('webhookId', { description: 'ID of the webhook.' }),
    cursor: t.string({
      description: 'Position of the event in the feed.',
      resolve: ({ number }) => feedCursorOf(number),
    }),
    kind: t.expose('kind', { type: ReviewEventKind, description: 'Kind of the event.' }),
    nodeExecId: t.exposeID('nodeExecId', { description: 'ID of the review.' }),
    status: t.field({
      type: WebhookDeliveryStatus,
      description: 'Status of the delivery.',
      resolve: ({ status }) => status,
    }),
    attempts: t.exposeInt('attempts', { description: 'Number of attempts so far.' }),
    lastAttempts: t.field({
      type: [WebhookAttempt],
      description: 'The last 20 attempts, oldest first.',
      resolve: ({ lastAttempts }) => lastAttempts,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the delivery was created.',
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Earliest time of the next attempt. Null unless `PENDING`.',
      resolve: ({ status, nextAttemptAt }) => (status === 'PENDING' ? nextAttemptAt : null),
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the receiver accepted the event.',
    }),
  }),
});

/** A malformed number is treated as one that does not exist. */
const eventNumber = (text = ''): number => (/^\d{1,15}$/.test(text) ? Number(text) : -1);

builder.queryFields((t) => ({
  webhooks: t.field({
    type: [Webhook],
    description: 'All webhooks of the workspace, oldest first. Needs `webhook:manage`.',
    resolve: (_root, _args, { store, viewer }) => {
      return readWebhooks(store.database, viewer.userId);
    },
  }),
  webhookDeliveries: t.field({
    type: [WebhookDelivery],
    description:
      'Deliveries of a webhook in the last 30 days, newest event first. Needs `webhook:manage`.',
    args: {
      webhookId: t.arg.id({ required: true, description: 'ID of the webhook.' }),
      first: t.arg.int({ defaultValue: PAGE, description: 'Page size, 1 to 100.' }),
      before: t.arg.string({ description: 'Cursor of the last delivery of the previous page.' }),
      status: t.arg({
        type: WebhookDeliveryStatus,
        description: 'Only deliveries in this status.',
      }),
    },
    resolve: (_root, { first, ...args }, { store, viewer }) => {
      return readDeliveries(store.database, viewer.userId, { ...args, first: first ?? PAGE });
    },
  }),
}));

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  fields: (t) => ({
    url: t.string({
      required: true,
      description: 'URL to send events to: `https://…`, on the public internet.',
    }),
    kinds: t.field({
      type: [ReviewEventKind],
      description: 'Kinds of events to send. Defaults to null: all.',
    }),
  }),
});

const webhookIdInput = (name: string) =>
  builder.inputType(name, {
    fields: (t) => ({ webhookId: t.id({ required: true, description: 'ID of the webhook.' }) }),
  });

const SetWebhookEnabledInput = builder.inputType('SetWebhookEnabledInput', {
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'ID of the webhook.' }),
    enabled: t.boolean({ required: true, description: 'Whether to send events.' }),
  }),
});

const RedeliverWebhookEventInput = builder.inputType('RedeliverWebhookEventInput', {
  fields: (t) => ({
    webhookId: t.id({ required: true, description: 'ID of the webhook.' }),
    cursor: t.string({ required: true, description: 'Cursor of the delivery.' }),
  }),
});

const secretPayload = (name: string) =>
  builder.objectRef<{ webhook: WebhookRow; secret: string }>(name).implement({
    fields: (t) => ({
      webhook: t.expose('webhook', { type: Webhook, description: 'The webhook.' }),
      secret: t.exposeString('secret', {
        description: 'Secret to verify signatures with. It is only returned this once.',
      }),
    }),
  });

const SetWebhookEnabledPayload = builder
  .objectRef<{ webhook: WebhookRow }>('SetWebhookEnabledPayload')
  .implement({
    fields: (t) => ({
      webhook: t.expose('webhook', { type: Webhook, description: 'The webhook.' }),
    }),
  });

const DeleteWebhookPayload = builder
  .objectRef<{ deletedCount: number }>('DeleteWebhookPayload')
  .implement({
    fields: (t) => ({
      deletedCount: t.exposeInt('deletedCount', {
        description: '1, or 0 if there was no such webhook.',
      }),
    }),
  });

const RedeliverWebhookEventPayload = builder
  .objectRef<{ delivery: DeliveryRow }>('RedeliverWebhookEventPayload')
  .implement({
    fields: (t) => ({
      delivery: t.expose('delivery', { type: WebhookDelivery, description: 'The delivery.' }),
    }),
  });

builder.mutationFields((t) => ({
  createWebhook: t.field({
    type: secretPayload('CreateWebhookPayload'),
    description:
      "Creates a webhook, which receives the workspace's events from now on. At most 20 per workspace. Needs `webhook:manage`.",
    errors: { types: [InvalidInputError], union: { name: 'CreateWebhookResult' } },
    args: { input: t.arg({ type: CreateWebhookInput, required: true }) },
    resolve: (_root, { input }, { store, viewer, allowPrivateWebhooks }) => {
      return createWebhook(store.database, viewer, input, allowPrivateWebhooks);
    },
  }),
  setWebhookEnabled: t.field({
    type: SetWebhookEnabledPayload,
    description: 'Enables or disables a webhook. Needs `webhook:manage`.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'SetWebhookEnabledResult' },
    },
    args: { input: t.arg({ type: SetWebhookEnabledInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      const webhook = await setWebhookEnabled(store.database, viewer, input);
      store.notifyFeed(viewer.userId);
      return { webhook };
    },
  }),
  deleteWebhook: t.field({
    type: DeleteWebhookPayload,
    description: 'Deletes a webhook and its deliveries. Needs `webhook:manage`.',
    errors: { types: [InvalidInputError], union: { name: 'DeleteWebhookResult' } },
    args: { input: t.arg({ type: webhookIdInput('DeleteWebhookInput'), required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { deletedCount: await deleteWebhook(store.database, viewer, input) };
    },
  }),
  rotateWebhookSecret: t.field({
    type: secretPayload('RotateWebhookSecretPayload'),
    description:
      'Replaces the secret of a webhook. For 24 hours, messages are also signed with the previous secret. Needs `webhook:manage`.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'RotateWebhookSecretResult' },
    },
    args: { input: t.arg({ type: webhookIdInput('RotateWebhookSecretInput'), required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      return rotateWebhookSecret(store.database, viewer, input);
    },
  }),
  redeliverWebhookEvent: t.field({
    type: RedeliverWebhookEventPayload,
    description:
      'Sends an event again, with the same message ID and body, whatever the status of the delivery. Needs `webhook:manage`.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'RedeliverWebhookEventResult' },
    },
    args: { input: t.arg({ type: RedeliverWebhookEventInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      const delivery = await redeliverWebhookEvent(store.database, viewer, input);
      store.notifyFeed(viewer.userId);
      return { delivery };
    },
  }),
}));
