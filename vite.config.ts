import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Puts a compressed copy beside each file, so that the service compresses nothing while it serves. */
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

/** How the page that reviewers use is built. */
export default defineConfig({
  root: place('src/page'),
  plugins: [react(), precompress()],
  // The packages of this repository from their TypeScript.
  resolve: { conditions: ['holdpoint-source', ...defaultClientConditions] },
  build: {
    outDir: place('dist/page'),
    emptyOutDir: true,
    // A file inside a style or script would be one that the page's policy does not let in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
});
