import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { WorkspaceTurns } from '../workspaceTurns.ts';
import {
  type ConnectionOptions,
  type Connections,
  openConnections,
  type Queries,
  type TraceStatement,
} from './connections.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { type SharedStatement, Sharing } from './sharing.ts';
import type { Statement } from './statement.ts';

const MAX_CONNECTIONS = 10;
/** One workspace leaves the others some. */
const MAX_OF_WORKSPACE = 8;

/**
 * The connections for requests. `query` is for what must be decided in one statement and for the
 * feed; all other reads go through `prisma`, on the same pool.
 */
export type Database = Omit<Connections, 'transaction'> & {
  readonly prisma: Prisma;
  /** Runs `work` in a transaction of a workspace, see `Connections`. It must use its `queries`. */
  transaction<Result>(userId: string, work: (queries: Queries) => Promise<Result>): Promise<Result>;
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
  /** Whether a statement may be about several workspaces. True until `keepWorkspacesApart`. */
  readonly mixesWorkspaces: boolean;
  /** From now on, calls of several workspaces never share a statement, neither here nor in Prisma. */
  keepWorkspacesApart(): void;
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
  let prisma = options.traceStatement ? traced(client, options.traceStatement) : client;
  const sharings = new Map<SharedStatement, Sharing>();
  let mixesWorkspaces = true;
  const turns = new WorkspaceTurns(() => MAX_OF_WORKSPACE);
  async function query<Row>(statement: Statement, values: unknown[]): Promise<Row[]> {
    // The first parameter of nearly all statements is the workspace.
    const [userId] = values;
    const run = () => connections.query<Row>(statement, values);
    return typeof userId === 'string' ? turns.take(userId, run) : run();
  }
  return {
    ...connections,
    query,
    transaction: (userId, work) => turns.take(userId, () => connections.transaction(work)),
    get everywhere() {
      return connections.everywhere;
    },
    get prisma() {
      return prisma;
    },
    share(statement, userId, id, values) {
      const sharing = sharings.get(statement) ?? new Sharing(query, statement, mixesWorkspaces);
      sharings.set(statement, sharing);
      return sharing.run(userId, id, values);
    },
    get mixesWorkspaces() {
      return mixesWorkspaces;
    },
    keepWorkspacesApart() {
      mixesWorkspaces = false;
      sharings.clear();
      prisma = unbatched(prisma);
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

/**
 * Prisma reads with one statement what `findUnique` is called for at the same time, also by requests
 * of several workspaces. `findFirst` finds the same row by itself.
 */
const unbatched = (client: Prisma): Prisma => {
  type Arguments = { where: Record<string, unknown> };
  type Delegates = Record<string, Record<string, (args: Arguments) => Promise<unknown>>>;
  const delegates = client as unknown as Delegates;
  const find = (operation: string) => (call: { model: string; args: Arguments }) => {
    const { model, args } = call;
    const delegate = delegates[model.charAt(0).toLowerCase() + model.slice(1)];
    return delegate?.[operation]?.({ ...args, where: withoutKeyNames(args.where) });
  };
  const findUnique = find('findFirst');
  const findUniqueOrThrow = find('findFirstOrThrow');
  const query = { $allModels: { findUnique, findUniqueOrThrow } } as object;
  return client.$extends({ query }) as unknown as Prisma;
};

/** `{ userId_id: { userId, id } }` as `{ userId, id }`. */
const withoutKeyNames = (where: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(where).flatMap(([name, value]) =>
      name === Object.keys(value ?? {}).join('_')
        ? Object.entries(value as object)
        : [[name, value]],
    ),
  );
