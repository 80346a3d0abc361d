import { describe, expect, it } from 'vitest';
import { ConfigError, isLocal, readConfig } from '../src/config.ts';

const secret = 'a secret of more than thirty-two bytes';

function linesOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.split('\n');
  }
}

const names = (env: NodeJS.ProcessEnv) => linesOf(env).map((line) => line.split(' ', 1)[0]);

describe('the environment', () => {
  it('may be empty, because every value has a default', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: null,
      dataDir: '.holdpoint',
      jwtSecret: null,
      jwksUrl: null,
      jwtIssuer: null,
      jwtAudience: null,
      allowedOrigins: [],
      webhookAllowPrivate: false,
      maxAnswerBytes: 32_000_000,
      logLevel: 'info',
      production: false,
    });
  });

  it('is read as written', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'postgres://u:p@db.example.com:5433/reviews?sslmode=require',
      HOLDPOINT_DATA_DIR: '/srv/data',
      HOLDPOINT_JWT_SECRET: secret,
      HOLDPOINT_JWKS_URL: 'https://id.example.com/jwks.json',
      HOLDPOINT_JWT_ISSUER: 'https://id.example.com',
      HOLDPOINT_JWT_AUDIENCE: 'holdpoint',
      HOLDPOINT_ALLOWED_ORIGINS: 'https://a.example.com, http://localhost:3000',
      HOLDPOINT_MAX_ANSWER_MB: '64',
      LOG_LEVEL: 'debug',
      NODE_ENV: 'production',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '::1',
      databaseUrl: 'postgres://u:p@db.example.com:5433/reviews?sslmode=require',
      jwtSecret: secret,
      allowedOrigins: ['https://a.example.com', 'http://localhost:3000'],
      maxAnswerBytes: 64_000_000,
      logLevel: 'debug',
      production: true,
    });
  });

  it('uses the default for an empty value', () => {
    const empty = Object.fromEntries(
      [
        'PORT',
        'HOST',
        'DATABASE_URL',
        'HOLDPOINT_DATA_DIR',
        'HOLDPOINT_JWT_SECRET',
        'HOLDPOINT_JWKS_URL',
        'HOLDPOINT_JWT_ISSUER',
        'HOLDPOINT_JWT_AUDIENCE',
        'HOLDPOINT_ALLOWED_ORIGINS',
        'LOG_LEVEL',
        'NODE_ENV',
      ].map((name) => [name, '']),
    );
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('reports all invalid values at once, one line each, without quoting them', () => {
    const bad = {
      PORT: '70000',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      HOLDPOINT_JWT_SECRET: 'hunter3',
      HOLDPOINT_JWKS_URL: 'ftp://hunter4.example.com',
      HOLDPOINT_ALLOWED_ORIGINS: 'https://a.example.com,hunter5',
      LOG_LEVEL: 'hunter6',
    };
    const lines = linesOf(bad);
    // Settings that become required by another one are reported too.
    const required = ['HOLDPOINT_JWT_AUDIENCE', 'HOLDPOINT_JWT_ISSUER'];
    expect(lines.map((line) => line.split(' ', 1)[0]).sort()).toEqual(
      [...Object.keys(bad), ...required].sort(),
    );
    for (const line of lines) {
      expect(line).toMatch(/must be|must have|must use|is required/);
      expect(line).not.toMatch(/hunter|70000|mysql/);
    }
  });

  it.each(['abc', '-1', '65536', '80.5', '0x50x', '4000 4001', 'NaN', 'Infinity'])(
    'rejects the port %s',
    (PORT) => {
      expect(names({ PORT })).toEqual(['PORT']);
    },
  );

  it.each(['nonsense', 'http://db/x', 'localhost:5432/x', 'postgres', '/var/run/postgres'])(
    'rejects the database %s',
    (DATABASE_URL) => {
      expect(names({ DATABASE_URL, HOLDPOINT_JWT_SECRET: secret })).toEqual(['DATABASE_URL']);
    },
  );

  it.each([
    '*',
    'a.example.com',
    'https://a.example.com/',
    'https://a.example.com/path',
    'https://a.example.com https://b.example.com',
    'null',
    'https://a.example.com,',
    'https://A.example.com',
  ])('rejects the origin %s', (HOLDPOINT_ALLOWED_ORIGINS) => {
    expect(names({ HOLDPOINT_ALLOWED_ORIGINS })).toEqual(['HOLDPOINT_ALLOWED_ORIGINS']);
  });

  it('counts the bytes of the secret, not its characters', () => {
    expect(names({ HOLDPOINT_JWT_SECRET: 'x'.repeat(31) })).toEqual(['HOLDPOINT_JWT_SECRET']);
    expect(names({ HOLDPOINT_JWT_SECRET: 'x'.repeat(32) })).toEqual([]);
    expect(names({ HOLDPOINT_JWT_SECRET: 'é'.repeat(16) })).toEqual([]);
  });

  it('requires DATABASE_URL with a pooler', () => {
    const HOLDPOINT_POOLER_URL = 'postgres://pooler.example.com:6432/x';
    expect(linesOf({ HOLDPOINT_POOLER_URL })).toEqual([
      expect.stringMatching(/^HOLDPOINT_POOLER_URL needs DATABASE_URL/),
    ]);
    const DATABASE_URL = 'postgres://db.example.com/x';
    const config = readConfig({ HOLDPOINT_POOLER_URL, DATABASE_URL, HOLDPOINT_JWT_SECRET: secret });
    expect(config.poolerUrl).toBe(HOLDPOINT_POOLER_URL);
  });

  it.each(['', '1', '90s', '0m', '-1h', '1.5d', '36501d', '1 h'])(
    'reads durations such as 30m, 12h or 7d, and rejects "%s"',
    (text) => {
      const { limits } = readConfig({
        HOLDPOINT_REVIEW_EXPIRES: '30m',
        HOLDPOINT_REVIEW_MAX_EXPIRES: '7d',
      });
      expect([limits.expiresByDefault, limits.expiresAtMost]).toEqual([1_800_000, 604_800_000]);
      expect(readConfig({ HOLDPOINT_REVIEW_EXPIRES: '' }).limits.expiresByDefault).toBeNull();
      for (const name of ['HOLDPOINT_REVIEW_EXPIRES', 'HOLDPOINT_REVIEW_MAX_EXPIRES']) {
        expect(names({ [name]: text })).toEqual(text === '' ? [] : [name]);
      }
    },
  );

  it('rejects a default expiry above the maximum', () => {
    const HOLDPOINT_REVIEW_MAX_EXPIRES = '1h';
    expect(linesOf({ HOLDPOINT_REVIEW_EXPIRES: '2h', HOLDPOINT_REVIEW_MAX_EXPIRES })).toEqual([
      'HOLDPOINT_REVIEW_EXPIRES must not be longer than HOLDPOINT_REVIEW_MAX_EXPIRES',
    ]);
    expect(names({ HOLDPOINT_REVIEW_EXPIRES: '60m', HOLDPOINT_REVIEW_MAX_EXPIRES })).toEqual([]);
  });

  it.each(['yes', '1', 'TRUE'])('accepts only true or false for booleans, not "%s"', (text) => {
    expect(linesOf({ HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: text })).toEqual([
      'HOLDPOINT_WEBHOOK_ALLOW_PRIVATE must be true or false',
    ]);
    expect(readConfig({ HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: 'true' }).webhookAllowPrivate).toBe(true);
    expect(readConfig({ HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: 'false' }).webhookAllowPrivate).toBe(
      false,
    );
  });

  it('requires a secret or an identity provider with DATABASE_URL', () => {
    const DATABASE_URL = 'postgres://db.example.com/x';
    expect(linesOf({ DATABASE_URL })).toEqual([
      expect.stringMatching(/^HOLDPOINT_JWT_SECRET is required with DATABASE_URL/),
    ]);
    expect(names({ DATABASE_URL, HOLDPOINT_JWT_SECRET: secret })).toEqual([]);
    const provider = {
      HOLDPOINT_JWKS_URL: 'https://id.example.com/k',
      HOLDPOINT_JWT_ISSUER: 'https://id.example.com',
      HOLDPOINT_JWT_AUDIENCE: 'holdpoint',
    };
    expect(names({ DATABASE_URL, ...provider })).toEqual([]);
  });

  it('requires https, an issuer and an audience for an identity provider', () => {
    const provider = {
      HOLDPOINT_JWKS_URL: 'https://id.example.com/k',
      HOLDPOINT_JWT_ISSUER: 'https://id.example.com',
      HOLDPOINT_JWT_AUDIENCE: 'holdpoint',
    };
    for (const name of ['HOLDPOINT_JWT_ISSUER', 'HOLDPOINT_JWT_AUDIENCE']) {
      expect(linesOf({ ...provider, [name]: '' })).toEqual([
        expect.stringMatching(new RegExp(`^${name} is required with HOLDPOINT_JWKS_URL`)),
      ]);
    }
    const at = (url: string) => names({ ...provider, HOLDPOINT_JWKS_URL: url });
    expect(at('http://id.example.com/k')).toEqual(['HOLDPOINT_JWKS_URL']);
    expect(at('http://127.0.0.1.example.com/k')).toEqual(['HOLDPOINT_JWKS_URL']);
    for (const host of ['localhost:8080', '127.0.0.1', '[::1]:80']) {
      expect(at(`http://${host}/k`)).toEqual([]);
    }
  });

  it('reads how long approvals are valid, and whether decisions need a subject digest', () => {
    expect(readConfig({}).limits).toMatchObject({
      approvalHours: 72,
      standingApprovalHours: 24,
      requireSubjectDigest: false,
    });
    expect(
      readConfig({
        HOLDPOINT_APPROVAL_HOURS: '0.5',
        HOLDPOINT_STANDING_APPROVAL_HOURS: '8',
        HOLDPOINT_REQUIRE_SUBJECT_DIGEST: 'true',
      }).limits,
    ).toMatchObject({ approvalHours: 0.5, standingApprovalHours: 8, requireSubjectDigest: true });
    const inProduction = (more: object) =>
      readConfig({ NODE_ENV: 'production', ...more }).limits.requireSubjectDigest;
    expect(inProduction({})).toBe(true);
    expect(inProduction({ HOLDPOINT_REQUIRE_SUBJECT_DIGEST: 'false' })).toBe(false);
    for (const bad of ['0', '-1', 'soon', '8761']) {
      expect(names({ HOLDPOINT_APPROVAL_HOURS: bad })).toEqual(['HOLDPOINT_APPROVAL_HOURS']);
    }
  });

  it('reports a missing secret together with other invalid values', () => {
    expect(names({ DATABASE_URL: 'postgres://db.example.com/x', PORT: 'x' }).sort()).toEqual([
      'HOLDPOINT_JWT_SECRET',
      'PORT',
    ]);
  });
});

describe('metrics and trusted documents', () => {
  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]'])(
    'metrics need no token on %s',
    (HOST) => {
      expect(isLocal(readConfig({ HOST }))).toBe(true);
    },
  );

  it.each([
    { HOST: '0.0.0.0' },
    { HOST: '::' },
    { HOST: '10.0.0.7' },
    { HOST: '127.0.0.1.example.com' },
    { HOST: 'reviews.example.com' },
    { HOLDPOINT_PUBLIC_URL: 'https://reviews.example.com' },
    { NODE_ENV: 'production' },
  ])('metrics need a token with %o', (env) => {
    expect(isLocal(readConfig(env))).toBe(false);
  });

  it('are disabled by default', () => {
    expect(readConfig({})).toMatchObject({ metricsToken: null, trustedDocuments: null });
  });

  it('are read as written', () => {
    const HOLDPOINT_METRICS_TOKEN = 'a-token-of-24-characters';
    const HOLDPOINT_TRUSTED_DOCUMENTS = '/etc/holdpoint/documents.json';
    expect(readConfig({ HOLDPOINT_METRICS_TOKEN, HOLDPOINT_TRUSTED_DOCUMENTS })).toMatchObject({
      metricsToken: HOLDPOINT_METRICS_TOKEN,
      trustedDocuments: HOLDPOINT_TRUSTED_DOCUMENTS,
    });
  });

  it.each(['short', 'has spaces in it, and is long'])('reject the token %s', (token) => {
    expect(names({ HOLDPOINT_METRICS_TOKEN: token })).toEqual(['HOLDPOINT_METRICS_TOKEN']);
  });
});

describe('the public URL', () => {
  const read = (HOLDPOINT_PUBLIC_URL: string) => readConfig({ HOLDPOINT_PUBLIC_URL }).publicUrl;

  it.each([
    ['https://reviews.example.com', 'https://reviews.example.com'],
    ['https://reviews.example.com/', 'https://reviews.example.com'],
    ['http://HOST:8080/tools/hold_point-2.0~x/', 'http://host:8080/tools/hold_point-2.0~x'],
    ['https://example.com/a/../reviews', 'https://example.com/reviews'],
  ])('%s is read without the slash at the end', (text, url) => {
    expect(read(text)).toBe(url);
  });

  it.each([
    'reviews.example.com',
    '/reviews',
    'ftp://example.com',
    'https://ann:secret@example.com',
    'https://example.com/?x=1',
    'https://example.com/#x',
    'https://example.com/a b',
    'https://example.com/a"b',
    'https://example.com//x',
    'https://example.com/graphql',
    'https://example.com/r/reviews',
    'https://example.com/metrics/',
  ])('%s is rejected', (HOLDPOINT_PUBLIC_URL) => {
    expect(names({ HOLDPOINT_PUBLIC_URL })).toEqual(['HOLDPOINT_PUBLIC_URL']);
  });
});

describe('signing in', () => {
  const least = {
    HOLDPOINT_OIDC_ISSUER: 'https://id.example.com/realms/acme',
    HOLDPOINT_OIDC_CLIENT_ID: 'holdpoint',
    HOLDPOINT_OIDC_OWNER: 'acme',
    HOLDPOINT_OIDC_GROUP_SCOPES: '{"reviewers": ["review:decide", "people:manage"]}',
  };

  it('61. is off without an issuer', () => {
    expect(readConfig({})).toMatchObject({ signIn: null });
  });

  it('57. has defaults for everything else', () => {
    expect(readConfig(least).signIn).toEqual({
      issuer: 'https://id.example.com/realms/acme',
      clientId: 'holdpoint',
      clientSecret: null,
      requestedScopes: 'openid profile email',
      workspace: { fixed: 'acme' },
      actorClaim: 'sub',
      groupsClaim: 'groups',
      groupScopes: { reviewers: ['review:decide', 'people:manage'] },
    });
  });

  it('57. takes the workspace from a claim', () => {
    const { signIn } = readConfig({ ...least, HOLDPOINT_OIDC_OWNER: 'claim:org_id' });
    expect(signIn?.workspace).toEqual({ claim: 'org_id' });
    expect(names({ ...least, HOLDPOINT_OIDC_OWNER: 'claim:' })).toEqual(['HOLDPOINT_OIDC_OWNER']);
  });

  it('57. names what is missing, on either side', () => {
    const { HOLDPOINT_OIDC_ISSUER, ...others } = least;
    expect(names({ HOLDPOINT_OIDC_ISSUER })).toEqual(Object.keys(others));
    expect(names({ ...others, HOLDPOINT_OIDC_CLIENT_SECRET: 'x' })).toEqual([
      ...Object.keys(others),
      'HOLDPOINT_OIDC_CLIENT_SECRET',
    ]);
  });

  it('57. needs the address that browsers come back to, unless it is this machine', () => {
    expect(names({ ...least, HOST: '0.0.0.0' })).toEqual(['HOLDPOINT_PUBLIC_URL']);
    const publicUrl = { HOST: '0.0.0.0', HOLDPOINT_PUBLIC_URL: 'https://reviews.example.com' };
    expect(names({ ...least, ...publicUrl })).toEqual([]);
  });

  it('57. uses https, except on this machine', () => {
    const issuer = (url: string) => names({ ...least, HOLDPOINT_OIDC_ISSUER: url });
    expect(issuer('http://id.example.com')).toEqual(['HOLDPOINT_OIDC_ISSUER']);
    expect(issuer('http://localhost:8080/realms/acme')).toEqual([]);
  });

  it.each([
    'nonsense',
    '[]',
    '{}',
    '{"a": "review:decide"}',
    '{"a": []}',
    '{"a": ["all"]}',
    'null',
  ])('57. rejects %s as the scopes of groups, and says what is right', (text) => {
    const lines = linesOf({ ...least, HOLDPOINT_OIDC_GROUP_SCOPES: text });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/HOLDPOINT_OIDC_GROUP_SCOPES must .*review:decide/);
  });

  it('57. requests openid at least', () => {
    const requested = (text: string) => names({ ...least, HOLDPOINT_OIDC_SCOPES: text });
    expect(requested('profile email')).toEqual(['HOLDPOINT_OIDC_SCOPES']);
    expect(requested('openid groups')).toEqual([]);
  });

  it('58. has sessions of 12 hours, and 2 hours without use, unless told otherwise', () => {
    const hour = 3_600_000;
    expect(readConfig({}).sessionTimes).toEqual({ lifeMs: 12 * hour, idleMs: 2 * hour });
    const times = { HOLDPOINT_SESSION_HOURS: '8', HOLDPOINT_SESSION_IDLE_HOURS: '0.5' };
    expect(readConfig(times).sessionTimes).toEqual({ lifeMs: 8 * hour, idleMs: hour / 2 });
  });
});
