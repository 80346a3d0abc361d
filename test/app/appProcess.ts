/**
 * A service in a process of its own, set up by its environment. It prints its address, closes on SIGTERM, and then has to
 * end by itself: nothing here calls process.exit.
 */
import { openApp } from '../../src/app.ts';
import { failureText } from '../../src/cli/failure.ts';
import { readConfig } from '../../src/config.ts';
import { openLogger } from '../../src/telemetry/openLogger.ts';

const config = readConfig(process.env);
try {
  const app = await openApp(config, openLogger(config.logLevel));
  process.once('SIGTERM', () => void app.close());
  console.log(app.url);
} catch (error) {
  console.log(`failed: ${failureText(error, process.env)}`);
  process.exitCode = 1;
}
