import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Writes compressed copies of each file, so that the service need not compress anything. */
const precompress = (): Plugin => ({
  name: 'precompress',
  async writeBundle({ dir = '' }) {
    const names = (await readdir(dir, { recursive: true })).filter((name) =>
      /\.(css|html|js|svg)$/.test(name),
    );
    await Promise.all(
      names.map(async (name) => {
        const path = join(dir, name);
        const plain = await readFile(path);
        await writeFile(`${path}.br`, await promisify(brotliCompress)(plain));
        await writeFile(`${path}.gz`, await promisify(gzip)(plain, { level: 9 }));
      }),
    );
  },
});

/** Builds the page for reviewers. */
export default defineConfig({
  root: place('src/page'),
  base: './', // below the page's <base>, which the service sets
  plugins: [react(), precompress()],
  // Uses the TypeScript sources of the packages in this repository, and the variants of packages
  // that work in a web worker, where there is no DOM.
  resolve: { conditions: ['holdpoint-source', 'worker', ...defaultClientConditions] },
  // The worker loads the parser of a language only when it is needed.
  worker: { format: 'es' },
  build: {
    outDir: place('dist/page'),
    emptyOutDir: true,
    // The page's Content-Security-Policy does not allow inlined files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
});
