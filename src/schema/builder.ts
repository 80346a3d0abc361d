import type { JsonText } from '@holdpoint/client/json';
import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import { GraphQLError } from 'graphql';
import type PrismaTypes from '../database/generated/pothosTypes.ts';
import { getDatamodel } from '../database/generated/pothosTypes.ts';
import type { ApiToken, GraphExecution } from '../database/generated/prisma/client.ts';
import type { ReviewEvent } from '../feed/readEvents.ts';
import type { MemberRow } from '../people/memberships.ts';
import type { AutoApproval } from '../reviews/autoApproval.ts';
import { maySeeExecution } from '../reviews/execution.ts';
import type { AnyReview } from '../reviews/review.ts';
import type { Webhook, WebhookDelivery } from '../webhooks/webhook.ts';
import type { Context } from './context.ts';

/**
 * What resolvers receive where that is not the whole row: large and secret columns are left out.
 */
type Shapes = {
  Member: MemberRow;
  ApiToken: Omit<ApiToken, 'hash'>;
  PendingReview: AnyReview;
  AutoApproval: AutoApproval;
  ReviewEvent: ReviewEvent;
  Webhook: Webhook;
  WebhookDelivery: WebhookDelivery;
};
type Models = {
  [Name in keyof PrismaTypes]: Name extends keyof Shapes
    ? Omit<PrismaTypes[Name], 'Shape'> & { Shape: Shapes[Name] }
    : PrismaTypes[Name];
};

/** Types are defined in one file each, which `index.ts` imports. */
export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: Models;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: JsonText; Output: JsonText };
  };
}>({
  plugins: [ErrorsPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  errors: { defaultTypes: [], directResult: true },
  relay: {
    nodesQueryOptions: false,
    nodeTypeOptions: { description: 'An object with a globally unique ID.' },
    nodeQueryOptions: {
      description: "Looks up an object of the token's workspace by its global ID.",
      async resolve(_root, { id }, { viewer }, _info, resolveNode) {
        const node = await resolveNode(id);
        // All other types filter by what the viewer may see when they look up the row.
        const isHidden =
          id.typename === 'GraphExecution' &&
          node &&
          !maySeeExecution(viewer, node as GraphExecution);
        return isHidden ? null : node;
      },
    },
    encodeGlobalID: (typename, id) => Buffer.from(`${typename}:${id}`).toString('base64url'),
    decodeGlobalID,
  },
  prisma: {
    client: ({ store }) => store.database.prisma as never,
    dmmf: getDatamodel(),
  },
});

function decodeGlobalID(globalId: string): { typename: string; id: string } {
  const [, typename, id] =
    /^(\w+):(.+)$/s.exec(Buffer.from(globalId, 'base64url').toString()) ?? [];
  if (typename && id && !id.includes('\0')) return { typename, id };
  throw new GraphQLError(`"${globalId.slice(0, 100)}" is not a global ID`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
