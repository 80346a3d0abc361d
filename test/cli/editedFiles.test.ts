import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { readToken } from '../../src/cli/readToken.ts';
import { openEditor } from '../../src/cli/watch/editPayload.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdpoint-edited-'));
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe("an editor's byte order mark is left out", () => {
  it('of a token file', async () => {
    const file = join(folder, 'token');
    await writeFile(file, '\ufeffholdpoint_token\r\n');
    expect(await readToken(file, 'review:decide')).toBe('holdpoint_token');
  });

  it('of an edited payload', async () => {
    vi.stubEnv('VISUAL', `printf '\\357\\273\\277{"amount": 500}' >`);
    expect(await openEditor('{"amount": 100}')).toBe('{"amount": 500}');
  });
});
