import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { defaultClaims, jwtVerifier } from '../../src/identity/jwt.ts';

const secret = 'a secret for this test, of more than 32 bytes';
const key = new TextEncoder().encode(secret);

const read = async (claims: object, groups: string | null = null) => {
  const verify = jwtVerifier({
    secret,
    jwksUrl: null,
    issuer: null,
    audience: null,
    claims: { ...defaultClaims, groups },
  });
  const token = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ann')
    .setExpirationTime('1h')
    .sign(key);
  return (await verify(token)).groups;
};

describe('39. the groups of a JWT', () => {
  it('are in the claim groups, each once, unless another is configured', async () => {
    const groups = ['finance', 'it; "quoted"', 'finance'];
    expect(await read({ groups })).toEqual(['finance', 'it; "quoted"']);
    expect(await read({ groups, roles: ['r'] }, 'roles')).toEqual(['r']);
    expect(await read({ groups }, 'roles')).toEqual([]);
  });

  it('may be one name, which is never split', async () => {
    expect(await read({ groups: 'finance, security' })).toEqual(['finance, security']);
  });

  it.each([
    [undefined],
    [null],
    [''],
    [[]],
    [{}],
    [{ 0: 'finance' }],
    [true],
    [7],
    [['finance', 7]],
    [['finance', null]],
    [['finance', '']],
    [[['finance']]],
    [['fin\0ance']],
    [['fin\ud800ance']],
    [['f'.repeat(1_001)]],
  ])('are none if the claim is %j', async (groups) => {
    expect(await read({ groups })).toEqual([]);
  });

  const cutOff = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: {} } };

  it('refuse the token if they were left out, and the claim is configured', async () => {
    for (const claims of [cutOff, { hasgroups: true }]) {
      await expect(read(claims, 'groups')).rejects.toThrow(/HOLDPOINT_JWT_GROUPS_CLAIM to roles/);
    }
  });

  it('are none if they were left out, and no claim is configured', async () => {
    expect(await read(cutOff)).toEqual([]);
    expect(await read({ ...cutOff, roles: ['r'] }, 'roles')).toEqual(['r']);
  });
});
