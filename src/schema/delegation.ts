import type { Delegation as DelegationRow } from '../database/generated/prisma/client.ts';
import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import {
  createDelegation,
  isActive,
  MAX_LISTED,
  recently,
  revokeDelegation,
} from '../people/delegations.ts';
import { builder } from './builder.ts';

export const Delegation = builder.prismaNode('Delegation', {
  nullable: true,
  description:
    'Lets somebody decide in place of another for a time. It passes on what the other may decide in person, not what was delegated to them.',
  id: { resolve: ({ id }) => id },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'review:read', 'people:manage');
    return { userId_id: { userId: viewer.userId, id } };
  },
  fields: (t) => ({
    delegationId: t.exposeID('id', { description: 'ID of the delegation.' }),
    from: t.exposeString('from', { description: 'Who is away.' }),
    to: t.exposeString('to', { description: 'Who decides in their place.' }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it begins.' }),
    until: t.expose('until', { type: 'DateTime', description: 'When it ends.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.' }),
    active: t.boolean({
      description: 'Whether it counts now: it has begun, and has neither ended nor been revoked.',
      resolve: (delegation) => isActive(delegation),
    }),
    createdBy: t.exposeString('createdBy', { description: 'The actor that created it.' }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
  }),
});

builder.queryField('delegations', (t) =>
  t.prismaField({
    type: [Delegation],
    description:
      'The delegations of the workspace that have not ended, and those that ended in the last 30 days, at most 1,000: by end, latest first, and those that were revoked last. Needs `review:read` or `people:manage`.',
    resolve: (query, _root, _args, { store, viewer }) =>
      store.database.prisma.delegation.findMany({
        ...query,
        where: { userId: viewer.userId, until: { gt: recently() } },
        orderBy: [
          { revokedAt: { sort: 'desc', nulls: 'first' } },
          { until: 'desc' },
          { id: 'asc' },
        ],
        take: MAX_LISTED,
      }),
  }),
);

const CreateDelegationInput = builder.inputType('CreateDelegationInput', {
  fields: (t) => ({
    from: t.string({
      description: 'Who is away. Defaults to yourself. Anybody else needs `people:manage`.',
    }),
    to: t.string({
      required: true,
      description:
        'Who decides in their place: a member that is a person and not disabled. Never yourself.',
    }),
    startsAt: t.field({
      type: 'DateTime',
      description: 'When it begins. Defaults to now, which is also the earliest.',
    }),
    until: t.field({
      type: 'DateTime',
      required: true,
      description: 'When it ends, at most 90 days from now.',
    }),
    reason: t.string({ description: 'Why, up to 2,000 characters.' }),
  }),
});

const RevokeDelegationInput = builder.inputType('RevokeDelegationInput', {
  fields: (t) => ({
    delegationId: t.id({ required: true, description: 'ID of the delegation.' }),
  }),
});

const delegationPayload = (name: string) =>
  builder.objectRef<{ delegation: DelegationRow }>(name).implement({
    fields: (t) => ({
      delegation: t.expose('delegation', { type: Delegation, description: 'The delegation.' }),
    }),
  });

const errorTypes = [InvalidInputError, NotFoundError];

builder.mutationFields((t) => ({
  createDelegation: t.field({
    type: delegationPayload('CreateDelegationPayload'),
    description:
      'Lets somebody decide in place of another for a time. Refused if it closes a circle. Needs `review:decide` or `people:manage`.',
    errors: { types: errorTypes, union: { name: 'CreateDelegationResult' } },
    args: { input: t.arg({ type: CreateDelegationInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { delegation: await createDelegation(store, viewer, input) };
    },
  }),
  revokeDelegation: t.field({
    type: delegationPayload('RevokeDelegationPayload'),
    description:
      'Ends a delegation from or to yourself, or with `people:manage` any. Idempotent. Needs `review:decide` or `people:manage`.',
    errors: { types: errorTypes, union: { name: 'RevokeDelegationResult' } },
    args: { input: t.arg({ type: RevokeDelegationInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { delegation: await revokeDelegation(store, viewer, input) };
    },
  }),
}));
