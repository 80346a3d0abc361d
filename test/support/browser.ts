import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const unpacked = join(cache, 'holdpoint-chromium');

/** Common locations of a Chromium, for platforms that the package does not support. */
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Opens Chromium: CHROME_PATH, the packaged one on Linux x64, or an installed one. */
export async function openBrowser(): Promise<Browser> {
  const isPackaged = process.platform === 'linux' && process.arch === 'x64';
  const given = process.env['CHROME_PATH'];
  if (given || !isPackaged) return launch(given ?? installed.find(existsSync));
  const executable = await unpack();
  return launch(executable, {
    ...process.env,
    LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'),
    FONTCONFIG_PATH: existsSync('/etc/fonts') ? '/etc/fonts' : join(unpacked, 'fonts'),
  });
}

async function launch(
  executablePath: string | undefined,
  env?: NodeJS.ProcessEnv,
): Promise<Browser> {
  if (executablePath === undefined) {
    throw new Error(
      'The page tests need Chromium: install it, or set CHROME_PATH to its executable',
    );
  }
  return chromium.launch({
    executablePath,
    // The package's own arguments would disable web security.
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'],
    ...(env && { env: env as Record<string, string> }),
  });
}

/** Unpacks to a temporary folder and renames it, because several test files may do this at once. */
async function unpack(): Promise<string> {
  const executable = join(unpacked, 'chromium');
  if (existsSync(executable)) return executable;
  const { default: packaged, inflate } = await import('@sparticuz/chromium');
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(join(cache, 'chromium-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = aside; // where the package unpacks to
  try {
    await packaged.executablePath();
    await inflate(
      fileURLToPath(new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))),
    );
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  await rename(aside, unpacked).catch(async (error: unknown) => {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(executable)) throw error;
  });
  return executable;
}
