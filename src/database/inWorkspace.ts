import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Statement } from './statement.ts';

// On Citus, a statement about a workspace runs on the node that has it, as on one server: see
// "inWorkspace" in distribute.ts. One that finds something in many workspaces runs on each node by
// itself, on the shards that are there. All rows come back as one text: Citus would parse and
// plan a list of columns with each call, which costs more than most statements.

/** PostgreSQL's code for a statement that came while its shard was moved to another node. */
const MOVED = '40001';
const MAX_ATTEMPTS = 5;
/** Which workspace is on which node is looked up this often. */
const NODES_MS = 1_000;
/** A node that takes longer is left out until it has answered. */
const LATE_MS = 1_000;

/** @property isComplete whether all servers have answered */
export type Found<Row> = { rows: Row[]; isComplete: boolean };

/** Where a statement runs. */
type Place = 'WORKSPACE' | 'NODE';

/** A column that a statement returns. */
type Column = { name: string; parse(text: string): unknown };

/**
 * A statement for the functions on the nodes, which return all rows as one text.
 * @property result whether it returns this text itself, or rows, or nothing
 */
type Prepared = { text: string; result: 'TEXT' | 'ROWS' | 'NOTHING'; columns: Column[] };

/**
 * Whether a statement is about one workspace, its first parameter. The others are about several, or
 * about tokens or sessions, which are looked up by their secret.
 */
export const isAboutOneWorkspace = ({ text }: Statement, [first]: readonly unknown[]): boolean =>
  typeof first === 'string' && !/"(?:ApiToken|Session)"/.test(text);

/** A workspace on each node, by the number of the node. It may be one that does not exist. */
const findNodes = `SELECT DISTINCT ON (p.groupid) p.groupid AS "node", w."userId"
  FROM (SELECT 'any ' || i FROM generate_series(1, 20 * (
    SELECT count(*) FROM pg_dist_shard WHERE logicalrelid = '"PendingReview"'::regclass)) i) w("userId")
  JOIN pg_dist_placement p
    ON p.shardid = get_shard_id_for_distribution_column('"PendingReview"', w."userId")
  ORDER BY p.groupid, w."userId"`;

/** Runs statements where the workspaces are. */
export class InWorkspace {
  readonly #pool: pg.Pool;
  readonly #types: pg.CustomTypesConfig;
  readonly #isNamed: boolean;
  /** By the name of the statement. */
  readonly #prepared = new Map<string, Prepared>();
  #nodes: { node: number; userId: string }[] = [];
  #nodesUntil = 0;
  /** What nodes have not answered yet, by the number of the node and the name of the statement. */
  readonly #late = new Set<string>();

  /** @param isNamed whether statements may be prepared under a name */
  constructor(pool: pg.Pool, types: pg.CustomTypesConfig, isNamed: boolean) {
    this.#pool = pool;
    this.#types = types;
    this.#isNamed = isNamed;
  }

  /** See `readEverywhere`. @throws the error of a node, if none has answered */
  everywhere = async <Row>(statement: Statement, values: unknown[]): Promise<Found<Row>> => {
    const failures: unknown[] = [];
    const nodes = await this.#findNodes();
    const found = await Promise.all(
      nodes.map(async ({ node, userId }) => {
        const key = `${node} ${statement.name}`;
        if (this.#late.has(key)) return null;
        this.#late.add(key);
        const answer = this.#onPool<Row>(statement, values, userId, 'NODE')
          .catch((error: unknown) => {
            failures.push(error);
            return null;
          })
          .finally(() => this.#late.delete(key));
        return Promise.race([answer, pause(LATE_MS, null, { ref: false })]);
      }),
    );
    const answers = found.filter((rows) => rows !== null);
    if (answers.length === 0 && failures.length > 0) throw failures[0];
    return { rows: answers.flat(), isComplete: answers.length === nodes.length };
  };

  async #findNodes() {
    if (performance.now() > this.#nodesUntil) {
      const { rows } = await this.#pool.query(findNodes);
      this.#nodes = rows;
      this.#nodesUntil = performance.now() + NODES_MS;
    }
    return this.#nodes;
  }

  /** Runs a statement about one workspace. */
  query<Row>(
    connection: pg.Pool | pg.PoolClient,
    statement: Statement,
    values: unknown[],
  ): Promise<Row[]> {
    const userId = values[0] as string;
    return connection === this.#pool
      ? this.#onPool<Row>(statement, values, userId, 'WORKSPACE')
      : this.#run<Row>(connection as pg.PoolClient, statement, values, userId, 'WORKSPACE');
  }

  async #onPool<Row>(
    statement: Statement,
    values: unknown[],
    userId: string,
    place: Place,
  ): Promise<Row[]> {
    for (let attempt = 1; ; attempt++) {
      const client = await this.#pool.connect();
      let broken: Error | undefined;
      try {
        return await this.#run<Row>(client, statement, values, userId, place);
      } catch (error) {
        const { code } = error as pg.DatabaseError;
        if (code === undefined) broken = error as Error;
        if (code !== MOVED || attempt === MAX_ATTEMPTS) throw error;
      } finally {
        client.release(broken);
      }
    }
  }

  async #run<Row>(
    client: pg.PoolClient,
    statement: Statement,
    values: unknown[],
    userId: string,
    place: Place,
  ): Promise<Row[]> {
    const { text, result, columns } = await this.#prepare(client, statement);
    const { rows } = await client.query<{ rows: string | null }>({
      text: `SELECT "in${place === 'NODE' ? 'Node' : 'Workspace'}"($1, $2, $3, $4, $5) AS "rows"`,
      values: [userId, statement.name, text, literalsOf(values), result],
      ...(this.#isNamed && { name: place }),
    });
    return rowsOf(columns, rows[0]?.rows ?? '') as Row[];
  }

  async #prepare(client: pg.PoolClient, { name, text }: Statement): Promise<Prepared> {
    const known = this.#prepared.get(name);
    if (known !== undefined) return known;
    const fields = await describe(client, text);
    const columns = fields.map((field) => ({
      name: field.name,
      parse: this.#types.getTypeParser(field.dataTypeID, 'text'),
    }));
    const prepared: Prepared =
      fields.length === 0
        ? { text, result: 'NOTHING', columns }
        : writes.test(text)
          ? { text, result: 'ROWS', columns }
          : { text: `SELECT string_agg(r::text, '') FROM (${text}) r`, result: 'TEXT', columns };
    this.#prepared.set(name, prepared);
    return prepared;
  }
}

/** A statement that writes cannot be inside another. */
const writes = /\b(?:INSERT|UPDATE|DELETE)\b/;

/** The columns of a statement, without running it. */
function describe(client: pg.ClientBase, text: string): Promise<pg.FieldDef[]> {
  const { promise, resolve, reject } = Promise.withResolvers<pg.FieldDef[]>();
  let fields: pg.FieldDef[] = [];
  const submittable = {
    submit(connection: pg.Connection) {
      connection.parse({ name: '', text, types: [] }, true);
      connection.describe({ type: 'S', name: '' }, true);
      connection.sync();
    },
    handleRowDescription(message: { fields: pg.FieldDef[] }) {
      fields = message.fields;
    },
    handleError: (error: Error) => reject(error),
    handleReadyForQuery: () => resolve(fields),
  };
  client.query(submittable as unknown as pg.Submittable);
  return promise;
}

/** @param text in PostgreSQL's notation, such as `(1,,"two words")(2,"",three)` */
function rowsOf(columns: readonly Column[], text: string): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (let at = 0; at < text.length; at++) {
    const row: Record<string, unknown> = {};
    for (const [index, { name, parse }] of columns.entries()) {
      const start = at + 1; // after a bracket or comma
      if (text[start] === '"') {
        let end = text.indexOf('"', start + 1);
        while (text[end + 1] === '"') end = text.indexOf('"', end + 2);
        at = end + 1;
        const value = text.slice(start + 1, end);
        row[name] = parse(value.replaceAll('""', '"').replaceAll('\\\\', '\\'));
      } else {
        at = text.indexOf(index < columns.length - 1 ? ',' : ')', start);
        row[name] = at === start ? null : parse(text.slice(start, at));
      }
    }
    rows.push(row);
  }
  return rows;
}

/** SQL: the parameters of a call. */
function literalsOf(values: readonly unknown[]): string {
  const literals = values.map((value) => {
    const text = textOf(value);
    return text === null ? 'NULL' : pg.escapeLiteral(text);
  });
  return literals.length === 0 ? '' : `(${literals.join(', ')})`;
}

/** A parameter in PostgreSQL's notation. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(elementOf).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const elementOf = (value: unknown): string => {
  const text = textOf(value);
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
};
