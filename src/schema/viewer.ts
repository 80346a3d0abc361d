import { apiVersion } from '@holdpoint/client';
import type { Viewer as TokenViewer } from '../identity/viewer.ts';
import { builder } from './builder.ts';

builder.queryType({
  description: "Queries only ever return data from the token's workspace.",
});
builder.mutationType({
  description:
    'Errors that a caller can handle are types of the result union; all others are in `errors`, with a code.',
});
builder.subscriptionType({
  description: "Live events from the token's workspace, over WebSocket or server-sent events.",
});

const Viewer = builder.objectRef<TokenViewer>('Viewer').implement({
  description: 'The identity behind the token or session of this request.',
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'ID of the workspace that the token belongs to.' }),
    actor: t.exposeString('actor', {
      description: 'Name of the agent or person that acts with the token.',
    }),
    scopes: t.exposeStringList('scopes', {
      description: 'Scopes of the token, e.g. `review:decide`.',
    }),
    sessionId: t.exposeID('sessionId', {
      nullable: true,
      description: 'ID of the session, if a person signed in. Null for a token.',
    }),
    displayName: t.string({
      nullable: true,
      description: 'Name to show for the actor, if one is known.',
      resolve: async ({ userId, actor }, _args, { store }) => {
        const where = { userId_actor: { userId, actor } };
        const select = { displayName: true };
        const member = await store.database.prisma.member.findUnique({ where, select });
        return member?.displayName ?? null;
      },
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: Viewer,
    description: 'The identity behind the token or session of this request. Needs no scope.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
  apiVersion: t.string({
    description:
      'Version of this API, as `major.minor`. The major version changes when existing clients would break, the minor version when something is added.',
    resolve: () => apiVersion,
  }),
}));
