/**
 * A service in a process of its own, so that it can be killed. It runs as in production, but
 * retries webhooks sooner, and so often that none is parked while its receiver is down. Prints its
 * URL once it listens. If WORKERS is more than 1, it runs in as many worker processes, and prints
 * how each of them ends that has started.
 */
import cluster, { type Worker } from 'node:cluster';
import { openApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { openSiblings, type ToSupervisor } from '../../../src/processes/siblings.ts';
import { findPort, superviseWorkers } from '../../../src/processes/supervisor.ts';
import { openLogger } from '../../../src/telemetry/openLogger.ts';

/** The time limit for closing, as in `serve`. */
const CLOSE_MS = 5_000;

const config = readConfig(process.env);
const log = openLogger(config.logLevel);
const workers = Number(process.env['WORKERS'] ?? 1);

if (workers > 1 && cluster.isPrimary) await supervise();
else await serve();

async function supervise(): Promise<void> {
  const port = await findPort(config.port, config.host);
  const supervisor = superviseWorkers(workers, port, log);
  // Without a database a worker cannot start. Once started, it must not exit by itself.
  const started = new Set<Worker>();
  cluster.on('message', (worker, { kind }: ToSupervisor) => {
    if (kind === 'listening') started.add(worker);
  });
  cluster.on('exit', (worker, code, signal) => {
    if (started.delete(worker)) console.log(`worker ended: ${signal ?? code}`);
  });
  process.once('SIGTERM', () => supervisor.close('SIGTERM'));
  process.exit(await supervisor.ended);
}

async function serve(): Promise<void> {
  const app = await openApp(config, log, {
    siblings: openSiblings(),
    webhooks: {
      pausesMs: [100, 300, ...Array(10_000).fill(700)],
      timeoutMs: 2_000,
      leaseMarginMs: 1_000,
    },
  });
  const close = async () => {
    setTimeout(() => process.exit(1), CLOSE_MS).unref();
    await app.close();
    process.exit();
  };
  process.once('SIGTERM', close);
  cluster.worker?.once('disconnect', () => {
    // The supervisor was killed, see `serve`.
    Object.assign(cluster.worker as object, { exitedAfterDisconnect: true });
    void close();
  });
  if (cluster.worker === undefined || cluster.worker.id === 1) console.log(app.url);
}
