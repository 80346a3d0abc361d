/**
 * Runs a service that is configured by its environment and prints its address. It never calls
 * process.exit: after SIGTERM it must end because nothing keeps it running.
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
