import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Statement } from './statement.ts';

// On Citus, a statement about a workspace runs on the node that has it, as on one server: see
// "inWorkspace" in distribute.ts. One that finds something in many workspaces runs on each node by
// itself, on the shards that are there. The rows come back through a function, so their types have
// to be named in the call.

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

/** What a statement returns. Null: no rows. */
type Columns = { names: string[]; definitions: string } | null;

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
  readonly #isNamed: boolean;
  /** By the name of the statement. */
  readonly #columns = new Map<string, Columns>();
  #nodes: { node: number; userId: string }[] = [];
  #nodesUntil = 0;
  /** What nodes have not answered yet, by the number of the node and the name of the statement. */
  readonly #late = new Set<string>();

  /** @param isNamed whether statements may be prepared under a name */
  constructor(pool: pg.Pool, isNamed: boolean) {
    this.#pool = pool;
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
    const { name, text } = statement;
    const columns = await this.#columnsOf(client, statement);
    const { rows } = await client.query({
      text: `SELECT * FROM "in${place === 'NODE' ? 'Node' : 'Workspace'}"($1, $2, $3, $4, $5)
        AS r(${columns?.definitions ?? 'nothing TEXT'})`,
      values: [userId, name, text, values.map(textOf), columns !== null],
      rowMode: 'array',
      ...(this.#isNamed && { name }),
    });
    return rows.map((cells: unknown[]) =>
      Object.fromEntries(columns?.names.map((column, at) => [column, cells[at]]) ?? []),
    ) as Row[];
  }

  async #columnsOf(client: pg.PoolClient, { name, text }: Statement): Promise<Columns> {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const fields = await describe(client, text);
    const types = await client.query<{ type: string }>(
      `SELECT format_type("id", "modifier") AS "type"
      FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS t("id", "modifier", "position")
      ORDER BY "position"`,
      [fields.map(({ dataTypeID }) => dataTypeID), fields.map((field) => field.dataTypeModifier)],
    );
    const columns =
      fields.length === 0
        ? null
        : {
            names: fields.map((field) => field.name),
            definitions: types.rows.map(({ type }, at) => `c${at} ${type}`).join(', '),
          };
    this.#columns.set(name, columns);
    return columns;
  }
}

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
