/**
 * A service in a process of its own, to be killed, that delivers to this machine with short retry
 * delays.
 */
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openLogger } from '../../src/telemetry/openLogger.ts';

const config = readConfig(process.env);
const app = await openApp(config, openLogger(config.logLevel), {
  webhooks: {
    pausesMs: Array(50).fill(100),
    timeoutMs: 2_000,
    leaseMarginMs: 500,
  },
});
process.once('SIGTERM', () => void app.close());
console.log(app.url);
