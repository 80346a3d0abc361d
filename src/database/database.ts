import { PrismaPg } from '@prisma/adapter-pg';
import {
  type ConnectionOptions,
  type Connections,
  openConnections,
  type TraceStatement,
} from './connections.ts';
import { PrismaClient } from './generated/prisma/client.ts';

const MAX_CONNECTIONS = 10;

/**
 * What requests stand on. Reviews, decisions and events go through `query`; `prisma` shares the same connections and serves
 * what needs neither speed nor payloads as text.
 */
export type Database = Connections & { readonly prisma: PrismaClient };

/** @param onLost told when a connection is lost; the pool replaces it. Who was using it gets an error of its own. */
export function openDatabase(
  url: string,
  onLost: (error: Error) => void = () => {},
  options: ConnectionOptions = {},
): Database {
  const connections = openConnections(url, MAX_CONNECTIONS, onLost, options);
  const client = new PrismaClient({ adapter: new PrismaPg(connections.pool) });
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

const traced = (client: PrismaClient, traceStatement: TraceStatement): PrismaClient =>
  client.$extends({
    query: {
      $allOperations: ({ model, operation, args, query }) =>
        traceStatement(`${model ?? 'prisma'}.${operation}`, async () => query(args)),
    },
  }) as unknown as PrismaClient;
