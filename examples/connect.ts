// What the examples share: the service and the token from the environment, and errors in one line.
import { createClient, type HoldpointOptions } from '@holdpoint/client';

process.on('uncaughtException', ({ name, message }) => {
  console.error(`${name}: ${message}`);
  process.exit(1);
});

export function connect(options: Partial<HoldpointOptions> = {}) {
  const { HOLDPOINT_URL = 'http://127.0.0.1:4000', HOLDPOINT_TOKEN } = process.env;
  if (!HOLDPOINT_TOKEN) throw new Error('Set HOLDPOINT_TOKEN: see examples/README.md');
  return createClient({ url: HOLDPOINT_URL, token: HOLDPOINT_TOKEN, ...options });
}
