import { apiVersion } from '@holdpoint/client';
import type { Viewer as TokenViewer } from '../identity/viewer.ts';
import { builder } from './builder.ts';

const Viewer = builder.objectRef<TokenViewer>('Viewer').implement({
  description: 'Who is asking, as the token says.',
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The owner whose reviews this token may see.' }),
    actor: t.exposeString('actor', { description: 'Who acts with this token.' }),
    scopes: t.exposeStringList('scopes', { description: 'What this token may do.' }),
  }),
});

builder.queryType({
  description: "What can be asked. Everything is looked up inside the token's owner.",
});
builder.mutationType({
  description: 'What can be done. Whatever a caller can mend is an error type of the result.',
});
builder.subscriptionType({ description: "The owner's feed, live." });

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who is asking.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);

builder.queryField('apiVersion', (t) =>
  t.string({
    description:
      'The version of this API, "major.minor". The major changes when a client made for the one before no longer works, the minor when something is added.',
    resolve: () => apiVersion,
  }),
);
