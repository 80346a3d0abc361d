import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import {
  createWebhook,
  deleteWebhook,
  redeliverWebhookEvent,
  rotateWebhookSecret,
  setWebhookEnabled,
} from '../webhooks/changeWebhooks.ts';
import type { WebhookDelivery as DeliveryRow, Webhook as WebhookRow } from '../webhooks/webhook.ts';
import { builder } from './builder.ts';
import { ReviewEventKind } from './enums.ts';
import { Webhook, WebhookDelivery } from './webhook.ts';

const CreateWebhookInput = builder.inputType('CreateWebhookInput', {
  fields: (t) => ({
    url: t.string({ required: true, description: 'https://…, on the public internet.' }),
    kinds: t.field({ type: [ReviewEventKind], description: 'Null: every kind.' }),
  }),
});

const WebhookInput = (name: string) =>
  builder.inputType(name, { fields: (t) => ({ webhookId: t.id({ required: true }) }) });

const SetWebhookEnabledInput = builder.inputType('SetWebhookEnabledInput', {
  fields: (t) => ({
    webhookId: t.id({ required: true }),
    enabled: t.boolean({ required: true }),
  }),
});

const RedeliverWebhookEventInput = builder.inputType('RedeliverWebhookEventInput', {
  fields: (t) => ({
    webhookId: t.id({ required: true }),
    cursor: t.string({ required: true, description: "The delivery's." }),
  }),
});

const secretPayload = (name: string) =>
  builder.objectRef<{ webhook: WebhookRow; secret: string }>(name).implement({
    fields: (t) => ({
      webhook: t.field({ type: Webhook, resolve: ({ webhook }) => webhook }),
      secret: t.exposeString('secret', {
        description: 'What signs its messages. This is the only time that it is shown.',
      }),
    }),
  });

const SetWebhookEnabledPayload = builder
  .objectRef<{ webhook: WebhookRow }>('SetWebhookEnabledPayload')
  .implement({
    fields: (t) => ({ webhook: t.field({ type: Webhook, resolve: ({ webhook }) => webhook }) }),
  });

const DeleteWebhookPayload = builder
  .objectRef<{ deletedCount: number }>('DeleteWebhookPayload')
  .implement({
    fields: (t) => ({
      deletedCount: t.exposeInt('deletedCount', { description: '1, or 0 where there was none.' }),
    }),
  });

const RedeliverWebhookEventPayload = builder
  .objectRef<{ delivery: DeliveryRow }>('RedeliverWebhookEventPayload')
  .implement({
    fields: (t) => ({
      delivery: t.field({ type: WebhookDelivery, resolve: ({ delivery }) => delivery }),
    }),
  });

builder.mutationFields((t) => ({
  createWebhook: t.field({
    type: secretPayload('CreateWebhookPayload'),
    description: "Have the owner's events sent to a URL, from now on. At most 20 an owner.",
    errors: { types: [InvalidInputError], union: { name: 'CreateWebhookResult' } },
    args: { input: t.arg({ type: CreateWebhookInput, required: true }) },
    resolve: (_root, { input }, { store, viewer, allowPrivateWebhooks }) => {
      requireScope(viewer, 'webhook:manage');
      return createWebhook(store.database, viewer, input, allowPrivateWebhooks);
    },
  }),
  setWebhookEnabled: t.field({
    type: SetWebhookEnabledPayload,
    description: 'Enable a webhook, or disable it.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'SetWebhookEnabledResult' },
    },
    args: { input: t.arg({ type: SetWebhookEnabledInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'webhook:manage');
      const webhook = await setWebhookEnabled(store.database, viewer, input);
      store.notifyFeed(viewer.userId);
      return { webhook };
    },
  }),
  deleteWebhook: t.field({
    type: DeleteWebhookPayload,
    description: 'Delete a webhook, and what is known of its deliveries.',
    errors: { types: [InvalidInputError], union: { name: 'DeleteWebhookResult' } },
    args: { input: t.arg({ type: WebhookInput('DeleteWebhookInput'), required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'webhook:manage');
      return { deletedCount: await deleteWebhook(store.database, viewer, input) };
    },
  }),
  rotateWebhookSecret: t.field({
    type: secretPayload('RotateWebhookSecretPayload'),
    description:
      'Give a webhook a new secret. For 24 hours messages are signed with the one before, too.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'RotateWebhookSecretResult' },
    },
    args: { input: t.arg({ type: WebhookInput('RotateWebhookSecretInput'), required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'webhook:manage');
      return rotateWebhookSecret(store.database, viewer, input);
    },
  }),
  redeliverWebhookEvent: t.field({
    type: RedeliverWebhookEventPayload,
    description:
      'Send an event again, whether it was delivered, is parked, or waits for its next attempt: the same message under the same id.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'RedeliverWebhookEventResult' },
    },
    args: { input: t.arg({ type: RedeliverWebhookEventInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'webhook:manage');
      const delivery = await redeliverWebhookEvent(store.database, viewer, input);
      store.notifyFeed(viewer.userId);
      return { delivery };
    },
  }),
}));
