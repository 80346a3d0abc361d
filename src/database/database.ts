import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import {
  type ConnectionOptions,
  type Connections,
  openConnections,
  type TraceStatement,
} from './connections.ts';
import { PrismaClient } from './generated/prisma/client.ts';

const MAX_CONNECTIONS = 10;

/**
 * The connections that requests use. Whatever must be decided in one statement, and the feed, goes through `query`; all
 * other reads go through `prisma`, on the same pool.
 */
export type Database = Connections & { readonly prisma: Prisma };
export type Prisma = ReturnType<typeof prismaOn>;

/** @param onLost told when a connection is lost; the pool replaces it. Who was using it gets an error of its own. */
export function openDatabase(
  url: string,
  onLost: (error: Error) => void = () => {},
  options: ConnectionOptions = {},
): Database {
  const connections = openConnections(url, MAX_CONNECTIONS, onLost, options);
  const client = prismaOn(connections.pool);
  const prisma = options.traceStatement ? traced(client, options.traceStatement) : client;
  return {
    ...connections,
    prisma,
    async close() {
      await prisma.$disconnect();
      await connections.close();
    },
  };
}

/** Large or secret columns are read only where a query selects them. */
const prismaOn = (pool: pg.Pool) =>
  new PrismaClient({
    adapter: new PrismaPg(pool),
    omit: {
      pendingReview: { payload: true, originalPayload: true, callDigest: true },
      autoApproval: { payload: true },
      webhook: { secret: true, previousSecret: true },
      webhookDelivery: { body: true },
    },
  });

const traced = (client: Prisma, traceStatement: TraceStatement): Prisma =>
  client.$extends({
    query: {
      $allOperations: ({ model, operation, args, query }) =>
        traceStatement(`${model ?? 'prisma'}.${operation}`, async () => query(args)),
    },
  }) as unknown as Prisma;
