import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import {
  type ConnectionOptions,
  type Connections,
  openConnections,
  type TraceStatement,
} from './connections.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { type SharedStatement, Sharing } from './sharing.ts';

const MAX_CONNECTIONS = 10;

/**
 * The connections for requests. `query` is for what must be decided in one statement and for the
 * feed; all other reads go through `prisma`, on the same pool.
 */
export type Database = Connections & {
  readonly prisma: Prisma;
  /**
   * Runs a statement that calls at the same time can share, see `Sharing`.
   * @param id of what the call changes, in its workspace
   * @returns its row, or undefined if there is none
   */
  share<Row>(
    statement: SharedStatement,
    userId: string,
    id: string,
    values: readonly unknown[],
  ): Promise<Row | undefined>;
};
export type Prisma = ReturnType<typeof prismaOn>;

/**
 * @param onLost called when a connection is lost. The pool replaces it, and the query that was
 *   using it fails
 */
export function openDatabase(
  url: string,
  onLost: (error: Error) => void = () => {},
  options: ConnectionOptions = {},
): Database {
  const connections = openConnections(url, MAX_CONNECTIONS, onLost, options);
  const client = prismaOn(connections.pool);
  const prisma = options.traceStatement ? traced(client, options.traceStatement) : client;
  const sharings = new Map<SharedStatement, Sharing>();
  return {
    ...connections,
    prisma,
    share(statement, userId, id, values) {
      const sharing = sharings.get(statement) ?? new Sharing(connections.query, statement);
      sharings.set(statement, sharing);
      return sharing.run(userId, id, values);
    },
    async close() {
      await prisma.$disconnect();
      await connections.close();
    },
  };
}

/** Large or secret columns are read only if a query selects them. */
const prismaOn = (pool: pg.Pool) =>
  new PrismaClient({
    adapter: new PrismaPg(pool),
    omit: {
      apiToken: { hash: true },
      member: { groups: true },
      pendingReview: { payload: true, originalPayload: true, callDigest: true },
      attachment: { bytes: true },
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
