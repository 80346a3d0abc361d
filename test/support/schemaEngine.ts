import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

type Engine = { SchemaEngine: typeof SchemaEngine; __wbg_set_wasm(exports: unknown): void };

const schemaPath = fileURLToPath(new URL('../../prisma/schema.prisma', import.meta.url));
const { CHAR, TEXT } = pg.types.builtins;
const GLUE = '@prisma/schema-engine-wasm/schema_engine_bg';

/**
 * The statements that `prisma migrate diff` would need to change a database to
 * prisma/schema.prisma; none if they match. It uses Prisma's engine as WebAssembly, since the
 * binary has to be downloaded.
 */
export async function differencesFromSchema(databaseUrl: string): Promise<string[]> {
  const { pool, factory } = knowingChar(databaseUrl);
  const engine = await openEngine(factory);
  const files = [{ path: schemaPath, content: await readFile(schemaPath, 'utf8') }];
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return (stdout ?? '')
      .split(/;\s*$/m)
      .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
      .filter((statement) => statement !== '');
  } finally {
    engine.free();
    await pool.end();
  }
}

let loaded: Promise<Engine> | undefined;

async function openEngine(factory: PrismaPg): Promise<SchemaEngine> {
  loaded ??= load(); // its glue holds one instance only
  const { SchemaEngine } = await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  return SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
}

async function load(): Promise<Engine> {
  const wasm = new URL('./schema_engine_bg.wasm', import.meta.resolve(GLUE));
  const glue = (await import(GLUE)) as unknown as Engine;
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), {
    './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports,
  });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return glue;
}

/**
 * The engine reads columns of PostgreSQL's one-byte type "char", which the adapter does not
 * support. They are passed through the adapter as text, and get their type back afterwards.
 */
function knowingChar(databaseUrl: string): { pool: pg.Pool; factory: PrismaPg } {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const query = pool.query.bind(pool) as (query: pg.QueryConfig) => Promise<pg.QueryResult>;
  const chars = new WeakMap<unknown[], boolean[]>();
  pool.query = (async (asked: pg.QueryConfig) => {
    const result = await query(asked);
    chars.set(
      result.rows,
      result.fields.map(({ dataTypeID }) => dataTypeID === CHAR),
    );
    for (const field of result.fields) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT;
    return result;
  }) as never;

  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (asked) => {
      const result = await queryRaw(asked);
      const columnTypes = result.columnTypes.map((type, at) =>
        chars.get(result.rows)?.[at] ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    return adapter;
  };
  return { pool, factory };
}
