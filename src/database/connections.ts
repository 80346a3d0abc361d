import pg from 'pg';
import { applicationName } from './applicationName.ts';
import { type Found, InWorkspace, isAboutOneWorkspace } from './inWorkspace.ts';
import type { Statement } from './statement.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/**
 * How much longer to wait for an answer: if there is none by then, the server is probably gone.
 */
const ANSWER_MARGIN_MS = 5_000;
/** PostgreSQL's error code for a statement timeout. */
const QUERY_CANCELED = '57014';
/** How long running statements may take when the pool closes. */
const CLOSE_MS = 500;

/** Runs statements: the pool, or one connection inside a transaction. */
export type Queries = {
  query<Row>(statement: Statement, values: unknown[]): Promise<Row[]>;
  /** Only on Citus. */
  everywhere?: (<Row>(statement: Statement, values: unknown[]) => Promise<Found<Row>>) | undefined;
};

/**
 * Runs a statement that reads what many workspaces have. On Citus it runs on each node by itself,
 * and the rows of all nodes follow each other; a node that does not answer is left out.
 */
export const readEverywhere = async <Row>(
  database: Queries,
  statement: Statement,
  values: unknown[],
): Promise<Found<Row>> =>
  database.everywhere?.<Row>(statement, values) ?? {
    rows: await database.query<Row>(statement, values),
    isComplete: true,
  };

/** Runs a statement inside a span. The span has the statement's name, never its values. */
export type TraceStatement = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export type ConnectionOptions = {
  /** The purpose of these connections, shown in `application_name`. Default: requests. */
  name?: string;
  /** Runs each statement, to measure it. */
  traceStatement?: TraceStatement | undefined;
  /**
   * Whether the URL points to a pooler in transaction mode, which may use another connection for
   * each transaction: no session settings, and no named prepared statements.
   */
  pooled?: boolean;
  /** PostgreSQL cancels a statement that takes longer. */
  statementMs?: number;
  /**
   * Timeout for the answer to a statement, and for an idle open transaction. Then the connection is
   * closed, by this side or by PostgreSQL, which releases its locks.
   */
  answerMs?: number;
  /** Whether the tables are distributed with Citus. Default: false, until `useInWorkspace`. */
  isOnCitus?: boolean;
};

/** A pool of connections to PostgreSQL. Statements are prepared once per connection. */
export type Connections = Queries & {
  readonly pool: pg.Pool;
  /** Runs `work` in one transaction, in READ COMMITTED, and rolls back if it throws. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /** From now on, statements about one workspace run where it is. */
  useInWorkspace(): void;
  close(): Promise<void>;
};

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.TIMESTAMPTZ, parseInstant],
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) ||
    pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * Parses `2026-11-21 10:00:00.123+00` with the fast built-in parser, and other time zones with
 * pg's.
 */
function parseInstant(text: string): Date {
  return text.endsWith('+00')
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)(text);
}

/**
 * Opens a pool. It connects on demand, so the first query fails if the database is unavailable.
 * @param onLost called when a connection is lost. The pool replaces it, and the query that was
 *   using it fails
 */
export function openConnections(
  url: string,
  maxConnections: number,
  onLost: (error: Error) => void,
  {
    name,
    traceStatement,
    pooled = false,
    statementMs = STATEMENT_TIMEOUT_MS,
    answerMs = statementMs + ANSWER_MARGIN_MS,
    isOnCitus = false,
  }: ConnectionOptions = {},
): Connections {
  let inWorkspace: InWorkspace | null = null;
  const on = (connection: pg.Pool | pg.PoolClient): Queries => {
    const plain = queriesOn(connection, pooled);
    const queries: Queries = {
      query: (statement, values) =>
        inWorkspace && isAboutOneWorkspace(statement, values)
          ? inWorkspace.query(connection, statement, values)
          : plain.query(statement, values),
    };
    return traceStatement ? traced(queries, traceStatement) : queries;
  };

  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: answerMs,
    ...(!pooled && {
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: answerMs,
    }),
    application_name: applicationName(name),
    types,
  });
  pool.on('error', onLost);
  if (isOnCitus) inWorkspace = new InWorkspace(pool, types, !pooled);
  const connections = new Set<pg.PoolClient>();
  pool.on('connect', (connection) => {
    connections.add(connection);
    // Without a listener, an 'error' would crash the process.
    connection.on('error', onLost);
  });
  pool.on('remove', (connection) => connections.delete(connection));

  return {
    pool,
    query: on(pool).query,
    get everywhere() {
      return inWorkspace?.everywhere;
    },
    useInWorkspace() {
      inWorkspace = new InWorkspace(pool, types, !pooled);
    },
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const result = await work(on(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async close() {
      const limit = setTimeout(() => {
        // pg closes a busy connection immediately, though the type of a pool's client does not have
        // `end`.
        for (const connection of connections) void (connection as unknown as pg.Client).end();
      }, CLOSE_MS);
      await pool.end();
      clearTimeout(limit);
    },
  };
}

const traced = ({ query }: Queries, traceStatement: TraceStatement): Queries => ({
  query: (statement, values) => traceStatement(statement.name, () => query(statement, values)),
});

/** Whether PostgreSQL cancelled a statement because it took too long. */
export const isStatementTimeout = (error: unknown): boolean =>
  (error as { code?: unknown }).code === QUERY_CANCELED;

const queriesOn = (connection: pg.Pool | pg.PoolClient, unnamed: boolean): Queries => ({
  async query<Row>({ name, text }: Statement, values: unknown[]) {
    const query = unnamed ? { text, values } : { name, text, values };
    const { rows } = await connection.query(query);
    return rows as Row[];
  },
});
