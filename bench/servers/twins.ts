// Two services in one process, the first with metrics and the second without. They share code and
// heap, so only the metrics differ.
import pino from 'pino';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';

const config = readConfig(process.env);
const log = pino({ level: config.logLevel });
const counted = await openApp(config, log);
const plain = await openApp({ ...config, metricsToken: null }, log);

console.log(`${counted.url} ${plain.url}`);
process.on('SIGTERM', async () => {
  await Promise.all([counted.close(), plain.close()]);
  process.exit();
});
