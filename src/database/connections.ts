import pg from 'pg';
import { applicationName } from './applicationName.ts';
import type { Statement } from './statement.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Later than PostgreSQL ends a statement: who has said nothing by then, as a host that is gone, will not. */
const ANSWER_MS = STATEMENT_TIMEOUT_MS + 5_000;
/** How long statements under way may go on once the pool closes. */
const CLOSE_MS = 500;

/** Runs statements: the pool, or one connection inside a transaction. */
export type Queries = {
  query<Row>(statement: Statement, values: unknown[]): Promise<Row[]>;
};

/** Runs a statement, whose name may be told and whose values may not. */
export type TraceStatement = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

export type ConnectionOptions = {
  /** What these connections are for, as PostgreSQL shows them. Absent: requests. */
  name?: string;
  /** Runs each statement, to see how long it takes. */
  traceStatement?: TraceStatement | undefined;
  /**
   * The URL leads to a pooler in transaction mode, where every transaction may meet another connection: nothing may
   * be set for a connection, and no statement is prepared under a name.
   */
  pooled?: boolean;
  /**
   * How long a statement may be without an answer, and an open transaction without a statement: then this side, or PostgreSQL,
   * gives the connection up, and what it holds.
   */
  answerMs?: number;
};

/** Connections to PostgreSQL. Statements are prepared once for each. */
export type Connections = Queries & {
  readonly pool: pg.Pool;
  /** Runs `work` in one transaction, in READ COMMITTED, and rolls back if it throws. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
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

/** `2026-11-21 10:00:00.123+00` by the engine's own fast parser; another time zone by pg's. */
function parseInstant(text: string): Date {
  return text.endsWith('+00')
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)(text);
}

/**
 * Opens a pool. Connections are made when needed, so a database that is away is met by the first query.
 * @param onLost told when a connection is lost; the pool replaces it. Who was using it gets an error of its own.
 */
export function openConnections(
  url: string,
  maxConnections: number,
  onLost: (error: Error) => void,
  { name, traceStatement, pooled = false, answerMs = ANSWER_MS }: ConnectionOptions = {},
): Connections {
  const on = (connection: pg.Pool | pg.PoolClient): Queries => {
    const queries = queriesOn(connection, pooled);
    return traceStatement ? traced(queries, traceStatement) : queries;
  };

  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: answerMs,
    ...(!pooled && {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: answerMs,
    }),
    application_name: applicationName(name),
    types,
  });
  pool.on('error', onLost);
  const connections = new Set<pg.PoolClient>();
  pool.on('connect', (connection) => {
    connections.add(connection);
    // An 'error' that nobody listens to would end the process.
    connection.on('error', onLost);
  });
  pool.on('remove', (connection) => connections.delete(connection));

  return {
    pool,
    query: on(pool).query,
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
        // pg ends a connection that is busy at once; the type of a pool's connection does not show it.
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

const queriesOn = (connection: pg.Pool | pg.PoolClient, unnamed: boolean): Queries => ({
  async query<Row>({ name, text }: Statement, values: unknown[]) {
    const query = unnamed ? { text, values } : { name, text, values };
    const { rows } = await connection.query(query);
    return rows as Row[];
  },
});
