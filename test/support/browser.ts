import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const unpacked = join(cache, 'holdpoint-chromium');

/** Usual paths of Chromium, for platforms that the package does not support. */
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

/**
 * Launches Chromium: from the package on Linux x64, otherwise CHROME_PATH or an installed one.
 * Close it after use.
 */
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
      'No Chromium for the tests of the page: install one, or name it in CHROME_PATH',
    );
  }
  return chromium.launch({
    executablePath,
    // Not the package's default arguments, which disable web security.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    ...(env && { env: env as Record<string, string> }),
  });
}

/** Unpacks elsewhere and renames the result, because test files start concurrently. */
async function unpack(): Promise<string> {
  const executable = join(unpacked, 'chromium');
  if (existsSync(executable)) return executable;
  const { default: packaged, inflate } = await import('@sparticuz/chromium');
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(join(cache, 'chromium-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = aside; // the package unpacks into the folder for temporary files
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
