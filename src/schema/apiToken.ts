import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { createToken, revokeToken } from '../people/tokens.ts';
import { builder } from './builder.ts';

export const ApiToken = builder.prismaNode('ApiToken', {
  nullable: true,
  description: 'An API token, without its secret.',
  id: { resolve: ({ id }) => id },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'people:manage');
    return { id, userId: viewer.userId };
  },
  fields: (t) => ({
    apiTokenId: t.exposeID('id', { description: 'ID of the token.' }),
    actor: t.exposeString('actor', { description: 'The agent or person that acts with it.' }),
    scopes: t.exposeStringList('scopes', { description: 'What it may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    createdBy: t.exposeString('createdBy', {
      nullable: true,
      description: 'The actor that created it. Null: the command line.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it expires. Null: never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute. Null: not yet.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
  }),
});

builder.queryField('apiTokens', (t) =>
  t.prismaField({
    type: [ApiToken],
    description: 'All API tokens of the workspace, newest first. Needs `people:manage`.',
    resolve: (query, _root, _args, { store, viewer }) =>
      store.database.prisma.apiToken.findMany({
        ...query,
        where: { userId: viewer.userId },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      }),
  }),
);

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  fields: (t) => ({
    actor: t.string({ required: true, description: 'The agent or person that acts with it.' }),
    scopes: t.stringList({
      required: true,
      description:
        'What it may do: nothing that you may not. For another actor than yourself only `review:request` and `review:read`.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it expires. Defaults to 90 days from now.',
    }),
  }),
});

const RevokeApiTokenInput = builder.inputType('RevokeApiTokenInput', {
  fields: (t) => ({ apiTokenId: t.id({ required: true, description: 'ID of the token.' }) }),
});

const CreateApiTokenPayload = builder
  .objectRef<{ id: string; secret: string }>('CreateApiTokenPayload')
  .implement({
    fields: (t) => ({
      apiToken: t.prismaField({
        type: ApiToken,
        description: 'The token.',
        resolve: (query, { id }, _args, { store }) =>
          store.database.prisma.apiToken.findUniqueOrThrow({ ...query, where: { id } }),
      }),
      secret: t.exposeString('secret', {
        description: 'The token itself. It is only returned this once.',
      }),
    }),
  });

const RevokeApiTokenPayload = builder.objectRef<{ id: string }>('RevokeApiTokenPayload').implement({
  fields: (t) => ({
    apiToken: t.prismaField({
      type: ApiToken,
      description: 'The token.',
      resolve: (query, { id }, _args, { store }) =>
        store.database.prisma.apiToken.findUniqueOrThrow({ ...query, where: { id } }),
    }),
  }),
});

builder.mutationFields((t) => ({
  createApiToken: t.field({
    type: CreateApiTokenPayload,
    description: 'Creates an API token. Needs `people:manage`.',
    errors: { types: [InvalidInputError], union: { name: 'CreateApiTokenResult' } },
    args: { input: t.arg({ type: CreateApiTokenInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => createToken(store, viewer, input),
  }),
  revokeApiToken: t.field({
    type: RevokeApiTokenPayload,
    description: 'Revokes an API token. Idempotent. Needs `people:manage`.',
    errors: { types: [InvalidInputError, NotFoundError], union: { name: 'RevokeApiTokenResult' } },
    args: { input: t.arg({ type: RevokeApiTokenInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      await revokeToken(store, viewer, input);
      return { id: input.apiTokenId };
    },
  }),
}));
