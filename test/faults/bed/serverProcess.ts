/**
 * A service in a process of its own, so that it can be killed. It runs as in production, but
 * retries webhooks sooner, and so often that none is parked while its receiver is down.
 */
import { openApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { openLogger } from '../../../src/telemetry/openLogger.ts';

const config = readConfig(process.env);
const app = await openApp(config, openLogger(config.logLevel), {
  webhooks: {
    pausesMs: [100, 300, ...Array(10_000).fill(700)],
    timeoutMs: 2_000,
    leaseMarginMs: 1_000,
  },
});
/** The time limit for closing, as in `serve`. */
const CLOSE_MS = 5_000;
process.once('SIGTERM', () => {
  setTimeout(() => process.exit(1), CLOSE_MS).unref();
  void app.close();
});
console.log(app.url);
