import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const SCRIPT = 'console.log("the page");';
const folder = await mkdtemp(join(tmpdir(), 'holdpoint-page-'));
await mkdir(join(folder, 'assets'));
await writeFile(join(folder, 'index.html'), '<!doctype html><title>Holdpoint</title>');
await writeFile(join(folder, 'assets/main-1a2b.js'), SCRIPT);
await writeFile(join(folder, 'assets/main-1a2b.js.br'), brotliCompressSync(SCRIPT));
await writeFile(join(folder, 'assets/main-1a2b.js.gz'), gzipSync(SCRIPT));
await writeFile(join(folder, 'assets/notes.txt'), 'of no known type');
afterAll(() => rm(folder, { recursive: true, force: true }));

const database = await testDatabase();
const service = await testService({ database, pageFolder: folder });
const withoutPage = await testService({ database, pageFolder: join(folder, 'none') });

const script = `${service.url}/assets/main-1a2b.js`;
const encodingFor = async (accepted: string) => {
  const response = await fetch(script, { headers: { 'accept-encoding': accepted } });
  expect(await response.text()).toBe(SCRIPT); // fetch decodes it
  return response.headers.get('content-encoding');
};

describe('the page is served', () => {
  it('at / and at the URL of each list and review, without a token', async () => {
    for (const path of ['/', '/?x=1', '/unexecuted', '/unreported', '/r/one', '/r/a%2Fb%3Ac']) {
      const response = await fetch(service.url + path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toContain('<title>Holdpoint</title>');
    }
  });

  it('at no other path, and without unknown file types or files outside the folder', async () => {
    const paths = [
      '/r/',
      '/waiting',
      '/assets/',
      '/assets/none.js',
      '/assets/notes.txt',
      '/index.html/x',
    ];
    for (const path of paths) {
      expect((await fetch(service.url + path)).status, path).toBe(404);
    }
    for (const path of ['/assets/../../../../etc/passwd', '/../package.json', '/assets/%2e%2e/x']) {
      expect(await statusOfRaw(path), path).toBe(404);
    }
  });

  it('with a compression that the browser accepts', async () => {
    expect(await encodingFor('gzip, deflate, br, zstd')).toBe('br');
    expect(await encodingFor('gzip;q=1.0, br;q=0')).toBe('gzip');
    expect(await encodingFor('identity')).toBeNull();
    expect(await encodingFor('brotli, gzipped')).toBeNull();
  });

  it('with hashed files cached for a year and the document revalidated', async () => {
    const asset = await fetch(script);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const page = await fetch(`${service.url}/`);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const etag = page.headers.get('etag') as string;
    const again = await fetch(`${service.url}/`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('with a policy that forbids inline scripts, framing and other hosts', async () => {
    for (const url of [`${service.url}/`, `${service.url}/r/x`, script, `${withoutPage.url}/`]) {
      const { headers } = await fetch(url);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('x-frame-options')).toBe('DENY');
    }
  });

  it('to GET and HEAD only', async () => {
    const head = await fetch(`${service.url}/`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    const post = await fetch(`${service.url}/`, { method: 'POST', body: 'x' });
    expect(post.status).toBe(405);
    expect(post.headers.get('allow')).toBe('GET, HEAD');
  });

  it('as it was when the service started, even during a rebuild', async () => {
    await rm(join(folder, 'assets/main-1a2b.js'));
    expect(await (await fetch(script)).text()).toBe(SCRIPT);
  });
});

it('a service without the page says so, and everything else works', async () => {
  const response = await fetch(`${withoutPage.url}/`);
  expect(response.status).toBe(503);
  expect(await response.text()).toMatch(/^The page for reviewers has not been built[^\n]*\n$/);
  expect((await fetch(`${withoutPage.url}/health`)).status).toBe(200);
  const { reviewer } = withoutPage.team();
  expect(await reviewer.query('{ viewer { actor } }')).toBeTruthy();
});

/** Sends the path as it is. fetch would normalize it. */
function statusOfRaw(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
