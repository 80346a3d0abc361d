import { z } from 'zod';

const MIN_SECRET_BYTES = 32;

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be a URL such as ${example}` });

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .pipe(
    z.array(
      z.string().refine((origin) => URL.canParse(origin) && new URL(origin).origin === origin, {
        error: 'must be origins such as https://reviews.example.com, divided by commas',
      }),
    ),
  );

const days = (byDefault: number, least = 1) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? byDefault : Number(value)),
    z.int('must be a whole number of days').min(least, `must be ${least} or more`).max(36_500),
  );

const environment = z.object({
  PORT: z.preprocess(
    (value) => (value === undefined || value === '' ? 4000 : Number(value)),
    z.int('must be a whole number').min(0, 'must be 0 to 65535').max(65_535, 'must be 0 to 65535'),
  ),
  HOST: optional(z.string()).transform((value) => value ?? '127.0.0.1'),
  DATABASE_URL: optional(url(/^postgres(ql)?$/, 'postgresql://user:password@host:5432/holdpoint')),
  HOLDPOINT_DATA_DIR: optional(z.string()).transform((value) => value ?? '.holdpoint'),
  HOLDPOINT_JWT_SECRET: optional(
    z.string().refine((secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES, {
      error: `must have at least ${MIN_SECRET_BYTES} bytes`,
    }),
  ),
  HOLDPOINT_JWKS_URL: optional(url(/^https?$/, 'https://id.example.com/.well-known/jwks.json')),
  HOLDPOINT_JWT_ISSUER: optional(z.string()),
  HOLDPOINT_JWT_AUDIENCE: optional(z.string()),
  HOLDPOINT_ALLOWED_ORIGINS: optional(origins),
  HOLDPOINT_FEED_DAYS: days(90),
  HOLDPOINT_AUDIT_DAYS: days(0, 0),
  LOG_LEVEL: optional(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    }),
  ).transform((value) => value ?? 'info'),
  NODE_ENV: optional(z.string()),
});

/** How this process is set up, from its environment. */
export type Config = {
  port: number;
  host: string;
  /** Null: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  /** Null: the one that is made and kept in `dataDir`, or none where an identity provider signs tokens. */
  jwtSecret: string | null;
  jwksUrl: string | null;
  jwtIssuer: string | null;
  jwtAudience: string | null;
  /** Origins of browsers besides the service's own. */
  allowedOrigins: string[];
  /** How long events are kept for following the feed. */
  feedDays: number;
  /** How long they are kept as a record: at least as long. */
  auditDays: number;
  logLevel: string;
  production: boolean;
};

/** One line for every bad value, by name. The value itself is not repeated: it may be a secret. */
export class ConfigError extends Error {}

/** @throws ConfigError listing every bad value at once */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const result = environment.safeParse(env);
  const lines = (result.error?.issues ?? []).map(
    ({ path, message }) => `${String(path[0])} ${message}`,
  );
  if (env['DATABASE_URL'] && !env['HOLDPOINT_JWT_SECRET'] && !env['HOLDPOINT_JWKS_URL']) {
    lines.push(
      'HOLDPOINT_JWT_SECRET is required with DATABASE_URL, unless HOLDPOINT_JWKS_URL is set',
    );
  }
  if (!result.success || lines.length > 0) throw new ConfigError([...new Set(lines)].join('\n'));
  const values = result.data;
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL ?? null,
    dataDir: values.HOLDPOINT_DATA_DIR,
    jwtSecret: values.HOLDPOINT_JWT_SECRET ?? null,
    jwksUrl: values.HOLDPOINT_JWKS_URL ?? null,
    jwtIssuer: values.HOLDPOINT_JWT_ISSUER ?? null,
    jwtAudience: values.HOLDPOINT_JWT_AUDIENCE ?? null,
    allowedOrigins: values.HOLDPOINT_ALLOWED_ORIGINS ?? [],
    feedDays: values.HOLDPOINT_FEED_DAYS,
    auditDays: Math.max(values.HOLDPOINT_FEED_DAYS, values.HOLDPOINT_AUDIT_DAYS),
    logLevel: values.LOG_LEVEL,
    production: values.NODE_ENV === 'production',
  };
}
