import { z } from 'zod';
import { parseDuration } from './duration.ts';
import type { SignInOptions } from './identity/identityProvider.ts';
import { type ClaimNames, defaultClaims } from './identity/jwt.ts';
import { defaultSessionTimes, type SessionTimes } from './identity/sessions.ts';
import { isScope, type Scope, scopes } from './identity/viewer.ts';
import { trustProxies } from './limits/clientAddress.ts';
import type { RequestLimits } from './limits/requestLimiter.ts';
import type { SubscriptionLimits } from './limits/subscriptionLimiter.ts';
import { defaultLimits, type ReviewLimits } from './reviews/reviewStore.ts';
import type { QuotaLimits } from './reviews/workspaceQuotas.ts';

const MIN_SECRET_BYTES = 32;
const MIN_METRICS_TOKEN_CHARACTERS = 16;

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
        error: 'must be comma-separated origins such as https://reviews.example.com',
      }),
    ),
  );

/** The first parts of the paths that the service itself answers. */
const OWN_PATHS =
  'assets attachments auth figures graphql health metrics r ready search settings unexecuted unreported'.split(
    ' ',
  );

/** Without the slash at the end. */
const publicUrl = z
  .string()
  .refine((text) => URL.canParse(text) && isPublicUrl(text, new URL(text)), {
    error:
      'must be a URL such as https://example.com or https://example.com/holdpoint, with a path of letters, digits, dots, dashes and underscores',
  })
  .refine(
    (text) =>
      !URL.canParse(text) || !OWN_PATHS.includes(new URL(text).pathname.split('/')[1] ?? ''),
    {
      error: `must have a path that does not begin with one of the service's own: ${OWN_PATHS.join(', ')}`,
    },
  )
  .transform((text) => new URL(text).href.replace(/\/$/, ''));

const isPublicUrl = (text: string, { protocol, username, pathname }: URL): boolean =>
  /^https?:$/.test(protocol) &&
  username === '' &&
  !/[?#]/.test(text) &&
  /^(\/[\w.~-]+)*\/?$/.test(pathname);

/** Whether a host name or address means this machine. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|\[?::1\]?)$/.test(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname);

const wholeNumber = (of: string, byDefault: number, { least = 1, most }: Bounds) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? byDefault : Number(value)),
    z
      .int(`must be a whole number of ${of}`)
      .min(least, `must be ${least} or more`)
      .max(most, `must be ${most} or less`),
  );
type Bounds = { least?: number; most: number };

const MAX_DAYS = 36_500;
/** Fits one review with its payload and original payload (1 MB each) and its other text. */
const MIN_RESPONSE_MB = 4;
/** A response is one string, which V8 limits to 512 MB. */
const MAX_RESPONSE_MB = 256;
const BYTES_PER_MB = 1_000_000;

const MAX_HOURS = 8_760;
const HOUR_MS = 3_600_000;

const hours = (byDefault: number) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? byDefault : Number(value)),
    z
      .number('must be a number of hours')
      .positive('must be more than 0')
      .max(MAX_HOURS, `must be at most ${MAX_HOURS}`),
  );

/** A limit; 0 means that there is none. */
const limit = (of: string, byDefault: number) =>
  wholeNumber(of, byDefault, { least: 0, most: Number.MAX_SAFE_INTEGER }).transform((most) =>
    most === 0 ? Number.MAX_SAFE_INTEGER : most,
  );

const proxies = z.string().transform((text, { addIssue }) => {
  const addresses = text.split(',').map((address) => address.trim());
  try {
    trustProxies(addresses);
  } catch {
    addIssue('must be comma-separated addresses or networks such as 10.0.0.0/8 or loopback');
  }
  return addresses;
});

const yesOrNo = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

const duration = z.string().transform((text, { addIssue }) => {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) addIssue('must be a time such as 30m, 12h or 7d');
  return milliseconds ?? 0;
});

/** `acme`, or `claim:org_id` for the claim that names the workspace. */
const owner = z
  .string()
  .max(255, 'must be at most 255 characters')
  .refine((text) => text !== 'claim:', 'must have the name of a claim after claim:')
  .transform((text) => {
    const claim = /^claim:(.+)$/.exec(text)?.[1];
    return claim === undefined ? { fixed: text } : { claim };
  });

const groupScopes = z.string().transform((text, { addIssue }) => {
  const read: Record<string, Scope[]> = {};
  const entries = entriesOf(text);
  if (entries === null) {
    addIssue('must be a JSON object such as {"reviewers": ["review:decide"]}');
  }
  for (const [group, held] of entries ?? []) {
    const names = Array.isArray(held) ? held : [];
    const known = names.filter((name) => typeof name === 'string').filter(isScope);
    if (known.length === 0 || known.length < names.length) {
      addIssue(`must map the group ${group} to a list of scopes: ${scopes.join(', ')}`);
    }
    read[group] = known;
  }
  return read;
});

function entriesOf(json: string): [string, unknown][] | null {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.keys(value).length > 0 ? Object.entries(value) : null;
  } catch {
    return null;
  }
}

const environment = z.object({
  PORT: z.preprocess(
    (value) => (value === undefined || value === '' ? 4000 : Number(value)),
    z
      .int('must be a whole number from 0 to 65535')
      .min(0, 'must be 0 to 65535')
      .max(65_535, 'must be 0 to 65535'),
  ),
  HOST: optional(z.string()).transform((value) => value ?? '127.0.0.1'),
  HOLDPOINT_PUBLIC_URL: optional(publicUrl),
  DATABASE_URL: optional(url(/^postgres(ql)?$/, 'postgresql://user:password@host:5432/holdpoint')),
  HOLDPOINT_POOLER_URL: optional(
    url(/^postgres(ql)?$/, 'postgresql://user:password@pooler:6432/holdpoint'),
  ),
  HOLDPOINT_DATA_DIR: optional(z.string()).transform((value) => value ?? '.holdpoint'),
  HOLDPOINT_JWT_SECRET: optional(
    z.string().refine((secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES, {
      error: `must have at least ${MIN_SECRET_BYTES} bytes`,
    }),
  ),
  HOLDPOINT_JWKS_URL: optional(
    url(/^https?$/, 'https://id.example.com/.well-known/jwks.json').refine(
      (text) => !text.startsWith('http:') || isLoopback(new URL(text).hostname),
      'must use https, except on this machine: whoever can change the response can sign tokens',
    ),
  ),
  HOLDPOINT_JWT_ISSUER: optional(z.string()),
  HOLDPOINT_JWT_AUDIENCE: optional(z.string()),
  HOLDPOINT_JWT_ACTOR_CLAIM: optional(z.string()),
  HOLDPOINT_JWT_WORKSPACE_CLAIM: optional(z.string()),
  HOLDPOINT_JWT_SCOPE_CLAIM: optional(z.string()),
  HOLDPOINT_JWT_GROUPS_CLAIM: optional(z.string()),
  HOLDPOINT_OIDC_ISSUER: optional(
    url(/^https?$/, 'https://id.example.com/realms/acme').refine(
      (text) => !text.startsWith('http:') || isLoopback(new URL(text).hostname),
      'must use https, except on this machine',
    ),
  ),
  HOLDPOINT_OIDC_CLIENT_ID: optional(z.string()),
  HOLDPOINT_OIDC_CLIENT_SECRET: optional(z.string()),
  HOLDPOINT_OIDC_OWNER: optional(owner),
  HOLDPOINT_OIDC_ACTOR_CLAIM: optional(z.string()).transform((value) => value ?? 'sub'),
  HOLDPOINT_OIDC_GROUPS_CLAIM: optional(z.string()).transform((value) => value ?? 'groups'),
  HOLDPOINT_OIDC_GROUP_SCOPES: optional(groupScopes),
  HOLDPOINT_OIDC_SCOPES: optional(
    z.string().refine((text) => text.split(' ').includes('openid'), 'must include openid'),
  ).transform((value) => value ?? 'openid profile email'),
  HOLDPOINT_SESSION_HOURS: hours(defaultSessionTimes.lifeMs / HOUR_MS),
  HOLDPOINT_SESSION_IDLE_HOURS: hours(defaultSessionTimes.idleMs / HOUR_MS),
  HOLDPOINT_ALLOWED_ORIGINS: optional(origins),
  HOLDPOINT_TRUSTED_DOCUMENTS: optional(z.string()),
  HOLDPOINT_METRICS_TOKEN: optional(
    z.string().regex(/^[\x21-\x7e]{16,}$/, {
      error: `must have at least ${MIN_METRICS_TOKEN_CHARACTERS} characters, without spaces`,
    }),
  ),
  HOLDPOINT_FEED_DAYS: wholeNumber('days', 90, { most: MAX_DAYS }),
  HOLDPOINT_AUDIT_DAYS: wholeNumber('days', 0, { least: 0, most: MAX_DAYS }),
  HOLDPOINT_MAX_ANSWER_MB: wholeNumber('megabytes', 32, {
    least: MIN_RESPONSE_MB,
    most: MAX_RESPONSE_MB,
  }),
  HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: optional(yesOrNo),
  HOLDPOINT_MAX_REQUESTS_PER_TOKEN: limit('requests', 500),
  HOLDPOINT_MAX_REQUESTS_PER_WORKSPACE: limit('requests', 1_000),
  HOLDPOINT_MAX_SUBSCRIPTIONS_PER_TOKEN: limit('subscriptions', 5_000),
  HOLDPOINT_MAX_SUBSCRIPTIONS_PER_WORKSPACE: limit('subscriptions', 10_000),
  HOLDPOINT_MAX_SUBSCRIPTION_GROUPS_PER_TOKEN: limit('groups', 500),
  HOLDPOINT_MAX_SUBSCRIPTION_GROUPS_PER_WORKSPACE: limit('groups', 1_000),
  HOLDPOINT_MAX_WAITING_REVIEWS: limit('reviews', 100_000),
  HOLDPOINT_MAX_STORED_MB: limit('megabytes', 20_000),
  HOLDPOINT_MAX_HANDSHAKES_PER_ADDRESS: limit('sockets', 1_000),
  HOLDPOINT_TRUSTED_PROXIES: optional(proxies),
  HOLDPOINT_REVIEW_EXPIRES: optional(duration),
  HOLDPOINT_REVIEW_MAX_EXPIRES: optional(duration),
  HOLDPOINT_APPROVAL_HOURS: hours(defaultLimits.approvalHours),
  HOLDPOINT_STANDING_APPROVAL_HOURS: hours(defaultLimits.standingApprovalHours),
  HOLDPOINT_REQUIRE_SUBJECT_DIGEST: optional(yesOrNo),
  LOG_LEVEL: optional(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    }),
  ).transform((value) => value ?? 'info'),
  NODE_ENV: optional(z.string()),
});

/** The configuration of this process, from its environment. */
export type Config = {
  port: number;
  host: string;
  /** Where browsers and clients reach the service through a proxy; null: where it listens. */
  publicUrl: string | null;
  /** Null: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  /** A pooler in transaction mode in front of that database, for requests; null: none. */
  poolerUrl: string | null;
  dataDir: string;
  /** Null: the secret in `dataDir`, or none if an identity provider signs tokens. */
  jwtSecret: string | null;
  jwksUrl: string | null;
  jwtIssuer: string | null;
  jwtAudience: string | null;
  jwtClaims: ClaimNames;
  /** Null: nobody signs in, and everybody needs a token. */
  signIn: SignInOptions | null;
  sessionTimes: SessionTimes;
  /** Allowed origins of browsers, besides the service's own. */
  allowedOrigins: string[];
  /** The allowlist of accepted GraphQL documents; null: all are accepted. */
  trustedDocuments: string | null;
  /** Required for /metrics. Null: it is open if the service is local, and otherwise disabled. */
  metricsToken: string | null;
  /** How long clients can resume the feed. */
  feedDays: number;
  /** How long events are stored; at least `feedDays`. */
  auditDays: number;
  /** Whether webhooks may use private addresses, and no TLS. */
  webhookAllowPrivate: boolean;
  limits: ReviewLimits;
  requestLimits: RequestLimits;
  subscriptionLimits: SubscriptionLimits;
  /** Of each workspace. */
  quotas: QuotaLimits;
  /** How many WebSockets of one address may be unauthenticated at the same time. */
  maxHandshakesPerAddress: number;
  /** The proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  /** The size limit of the text in one response. */
  maxAnswerBytes: number;
  logLevel: string;
  production: boolean;
};

/** Whether the service is meant for this machine only. */
export const isLocal = ({ host, publicUrl, production }: Config): boolean =>
  isLoopback(host) && publicUrl === null && !production;

/** Required to sign people in, besides the issuer. */
const signInNames = [
  'HOLDPOINT_OIDC_CLIENT_ID',
  'HOLDPOINT_OIDC_OWNER',
  'HOLDPOINT_OIDC_GROUP_SCOPES',
];

/** One line per invalid variable, without its value, which may be secret. */
export class ConfigError extends Error {}

/** @throws ConfigError that lists every invalid variable */
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
  if (env['HOLDPOINT_JWKS_URL']) {
    for (const name of ['HOLDPOINT_JWT_ISSUER', 'HOLDPOINT_JWT_AUDIENCE']) {
      if (env[name]) continue;
      lines.push(
        `${name} is required with HOLDPOINT_JWKS_URL, to reject tokens that were issued for other applications`,
      );
    }
  }
  if (env['HOLDPOINT_OIDC_ISSUER']) {
    for (const name of signInNames) {
      if (!env[name]) lines.push(`${name} is required with HOLDPOINT_OIDC_ISSUER`);
    }
    if (!env['HOLDPOINT_PUBLIC_URL'] && !isLoopback(env['HOST'] || '127.0.0.1')) {
      lines.push(
        'HOLDPOINT_PUBLIC_URL is required with HOLDPOINT_OIDC_ISSUER, because the identity provider sends browsers back to it',
      );
    }
  } else {
    for (const name of [...signInNames, 'HOLDPOINT_OIDC_CLIENT_SECRET']) {
      if (env[name]) lines.push(`${name} needs HOLDPOINT_OIDC_ISSUER too`);
    }
  }
  if (env['HOLDPOINT_POOLER_URL'] && !env['DATABASE_URL']) {
    lines.push('HOLDPOINT_POOLER_URL needs DATABASE_URL too, the address of the database itself');
  }
  const { HOLDPOINT_REVIEW_EXPIRES: byDefault, HOLDPOINT_REVIEW_MAX_EXPIRES: atMost } =
    result.data ?? {};
  if (byDefault && atMost && byDefault > atMost) {
    lines.push('HOLDPOINT_REVIEW_EXPIRES must not be longer than HOLDPOINT_REVIEW_MAX_EXPIRES');
  }
  if (!result.success || lines.length > 0) throw new ConfigError([...new Set(lines)].join('\n'));
  const values = result.data;
  const production = values.NODE_ENV === 'production';
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.HOLDPOINT_PUBLIC_URL ?? null,
    databaseUrl: values.DATABASE_URL ?? null,
    poolerUrl: values.HOLDPOINT_POOLER_URL ?? null,
    dataDir: values.HOLDPOINT_DATA_DIR,
    jwtSecret: values.HOLDPOINT_JWT_SECRET ?? null,
    jwksUrl: values.HOLDPOINT_JWKS_URL ?? null,
    jwtIssuer: values.HOLDPOINT_JWT_ISSUER ?? null,
    jwtAudience: values.HOLDPOINT_JWT_AUDIENCE ?? null,
    jwtClaims: {
      actor: values.HOLDPOINT_JWT_ACTOR_CLAIM ?? defaultClaims.actor,
      workspace: values.HOLDPOINT_JWT_WORKSPACE_CLAIM ?? defaultClaims.workspace,
      scopes: values.HOLDPOINT_JWT_SCOPE_CLAIM ?? defaultClaims.scopes,
      groups: values.HOLDPOINT_JWT_GROUPS_CLAIM ?? defaultClaims.groups,
    },
    signIn: signInOf(values),
    sessionTimes: {
      lifeMs: values.HOLDPOINT_SESSION_HOURS * HOUR_MS,
      idleMs: values.HOLDPOINT_SESSION_IDLE_HOURS * HOUR_MS,
    },
    allowedOrigins: values.HOLDPOINT_ALLOWED_ORIGINS ?? [],
    trustedDocuments: values.HOLDPOINT_TRUSTED_DOCUMENTS ?? null,
    metricsToken: values.HOLDPOINT_METRICS_TOKEN ?? null,
    feedDays: values.HOLDPOINT_FEED_DAYS,
    auditDays: Math.max(values.HOLDPOINT_FEED_DAYS, values.HOLDPOINT_AUDIT_DAYS),
    webhookAllowPrivate: values.HOLDPOINT_WEBHOOK_ALLOW_PRIVATE ?? false,
    limits: {
      expiresByDefault: values.HOLDPOINT_REVIEW_EXPIRES ?? null,
      expiresAtMost: values.HOLDPOINT_REVIEW_MAX_EXPIRES ?? null,
      approvalHours: values.HOLDPOINT_APPROVAL_HOURS,
      standingApprovalHours: values.HOLDPOINT_STANDING_APPROVAL_HOURS,
      requireSubjectDigest: values.HOLDPOINT_REQUIRE_SUBJECT_DIGEST ?? production,
    },
    requestLimits: {
      perToken: values.HOLDPOINT_MAX_REQUESTS_PER_TOKEN,
      perWorkspace: values.HOLDPOINT_MAX_REQUESTS_PER_WORKSPACE,
    },
    subscriptionLimits: {
      perToken: values.HOLDPOINT_MAX_SUBSCRIPTIONS_PER_TOKEN,
      perWorkspace: values.HOLDPOINT_MAX_SUBSCRIPTIONS_PER_WORKSPACE,
      groupsPerToken: values.HOLDPOINT_MAX_SUBSCRIPTION_GROUPS_PER_TOKEN,
      groupsPerWorkspace: values.HOLDPOINT_MAX_SUBSCRIPTION_GROUPS_PER_WORKSPACE,
    },
    quotas: {
      waitingReviews: values.HOLDPOINT_MAX_WAITING_REVIEWS,
      storedBytes: values.HOLDPOINT_MAX_STORED_MB * BYTES_PER_MB,
    },
    maxHandshakesPerAddress: values.HOLDPOINT_MAX_HANDSHAKES_PER_ADDRESS,
    trustedProxies: values.HOLDPOINT_TRUSTED_PROXIES ?? [],
    maxAnswerBytes: values.HOLDPOINT_MAX_ANSWER_MB * BYTES_PER_MB,
    logLevel: values.LOG_LEVEL,
    production,
  };
}

function signInOf(values: z.infer<typeof environment>): SignInOptions | null {
  const {
    HOLDPOINT_OIDC_ISSUER: issuer,
    HOLDPOINT_OIDC_CLIENT_ID: clientId,
    HOLDPOINT_OIDC_OWNER: workspace,
    HOLDPOINT_OIDC_GROUP_SCOPES: groupScopes,
  } = values;
  if (!issuer || !clientId || !workspace || !groupScopes) return null;
  return {
    issuer,
    clientId,
    clientSecret: values.HOLDPOINT_OIDC_CLIENT_SECRET ?? null,
    requestedScopes: values.HOLDPOINT_OIDC_SCOPES,
    workspace,
    actorClaim: values.HOLDPOINT_OIDC_ACTOR_CLAIM,
    groupsClaim: values.HOLDPOINT_OIDC_GROUPS_CLAIM,
    groupScopes,
  };
}
