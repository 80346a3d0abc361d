import pg from 'pg';

/**
 * The statements that may be about several workspaces, and why. All others are on the path of a
 * request, or of the work for one workspace.
 */
export const aboutManyWorkspaces: Readonly<Record<string, string>> = {
  findJobs: 'finds the jobs that are due. Each is claimed, run and released by itself',
  readFeedHeads: 'finds the workspaces with new events. The events of each are read by themselves',
  ownersWithOldEvents: 'finds the workspaces whose events are deleted, one after the other',
  ownersWithOldAttachments: 'finds the workspaces whose files are removed, one after the other',
  readDisabledMembers: 'reads who may not act in any workspace, every two seconds',
  readWorkspaceUsage: 'reads how much the workspaces with recent requests use, every two seconds',
  countWaiting: 'counts the waiting reviews of all workspaces, for the metrics',
};

/** The partitions that a statement touched: for each number, the tables and how they were locked. */
type Touched = {
  /** Of the statement, or its text if it has none, such as Prisma's. */
  readonly name: string;
  readonly partitions: ReadonlyMap<string, readonly Lock[]>;
};

type Lock = { table: string; number: string; mode: string };

// Planning and running a statement takes a lock on each partition that it touches, also inside of
// triggers and functions, and keeps it until the transaction ends.
const readLocks = `SELECT split_part(c.relname, ' ', 1) AS "table",
    split_part(c.relname, ' ', 2) AS "number", l.mode
  FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.pid = pg_backend_pid() AND c.relispartition AND c.relkind = 'r'
  ORDER BY 1, 2`;

/** What was touched in each database that is watched. */
const watched = new Map<string, Touched[]>();
/** The names of all statements that were watched in this process. */
export const statementsRun = new Set<string>();

/** Watches what the service in this process runs on a partitioned database. */
export function watchPartitions(database: string): {
  /** @throws if a statement was about several workspaces that should not be */
  check(): void;
} {
  const touched: Touched[] = [];
  watched.set(database, touched);
  pg.Client.prototype.query = watchedQuery as unknown as typeof query;
  return { check: () => checkTouched(touched) };
}

function checkTouched(touched: readonly Touched[]): void {
  const faults = touched.filter(({ name, partitions }) => {
    const locks = [...partitions.values()].flat();
    return name in aboutManyWorkspaces
      ? locks.some(({ mode }) => mode !== 'AccessShareLock')
      : partitions.size > 1;
  });
  if (faults.length === 0) return;
  const texts = faults.map(({ name, partitions }) => {
    const numbers = [...partitions].map(([number, locks]) => {
      const tables = new Set(locks.map(({ table }) => table));
      return `${number}: ${[...tables].join(', ')}`;
    });
    return `${name} touched the partitions ${numbers.join('; ')}`;
  });
  const rule = 'Statements must name one workspace in each table that they touch';
  throw new Error([rule, ...new Set(texts)].join('\n'));
}

const { query } = pg.Client.prototype;
type Query = (config: unknown, values?: unknown) => Promise<pg.QueryResult>;
type Callback = (error: Error | null, result?: pg.QueryResult) => void;

/** What is under way on each connection. */
const busy = new WeakMap<pg.Client, Promise<unknown>>();
const inTransaction = new WeakSet<pg.Client>();

/** Replaces `query` of all connections. Those of the service on a watched database are watched. */
function watchedQuery(this: pg.Client, config: unknown, ...rest: unknown[]): unknown {
  const { database, connectionParameters } = this as unknown as {
    database: string;
    connectionParameters: { application_name?: string };
  };
  const touched = watched.get(database);
  if (!touched || !connectionParameters.application_name?.startsWith('holdpoint/')) {
    return Reflect.apply(query, this, [config, ...rest]);
  }
  const last = rest.at(-1);
  const callback = typeof last === 'function' ? (last as Callback) : null;
  const [values] = callback ? rest.slice(0, -1) : rest;
  const before = busy.get(this) ?? Promise.resolve();
  const result = before.then(() => run(this, config, values, touched));
  const ended = result.catch(() => {});
  busy.set(this, ended);
  if (!callback) return result;
  result.then((value) => callback(null, value), callback);
  return undefined;
}

/** Runs a statement in a transaction, so that its locks can be read before they are released. */
async function run(client: pg.Client, config: unknown, values: unknown, touched: Touched[]) {
  const send: Query = (...args) => Reflect.apply(query, client, args);
  const { text, name = text } = (typeof config === 'string' ? { text: config } : config) as {
    text: string;
    name?: string;
  };
  if (/^(?:BEGIN|COMMIT|ROLLBACK)\b/.test(text)) {
    if (text.startsWith('BEGIN')) inTransaction.add(client);
    else inTransaction.delete(client);
    return send(config, values);
  }
  const isAlone = !inTransaction.has(client);
  if (isAlone) await send('BEGIN');
  try {
    const result = await send(config, values);
    const { rows } = await send(readLocks);
    statementsRun.add(name);
    touched.push({ name, partitions: Map.groupBy(rows as Lock[], ({ number }) => number) });
    if (isAlone) await send('COMMIT');
    return result;
  } catch (error) {
    if (isAlone) await send('ROLLBACK').catch(() => {});
    throw error;
  }
}
