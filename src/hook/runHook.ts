import type { HookAnswer } from './hookAnswer.ts';
import { type HookContext, type HookSetup, openHook, placesOf } from './hookContext.ts';

/** Of the agent's own limit. When that has passed, some agents let the call run. */
const WAIT_PART = 0.5;
/** By then the hook has ended, whatever it was doing. */
const END_PART = 0.75;
const MAX_INPUT_BYTES = 8_000_000;
/** Blocks the tool. Claude Code lets it run after every code but 0 and 2. */
const BLOCKED = 2;

export type HookOptions = {
  setup: () => Promise<HookSetup>;
  /** The limit that is configured for the hook in the agent. */
  timeoutSeconds: number;
  answer: (text: string, open: () => Promise<HookContext>) => Promise<HookAnswer>;
  /** What to print if there is no answer. */
  failure: (message: string) => { stdout: string; stderr: string };
};

/** Answers one call of a hook on stdin, and ends the process. Whatever goes wrong blocks the tool. */
export async function runHook({ setup, timeoutSeconds, answer, failure }: HookOptions) {
  // If this process ends in a way that nothing here expects, it must not look like success.
  process.exitCode = BLOCKED;
  const limitMs = timeoutSeconds * 1_000;
  const stop = new AbortController();

  const fail = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const text = `Holdpoint: ${message}. The call was not approved, so it must not run.`;
    end({ ...failure(text), exitCode: BLOCKED });
  };
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, fail);
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(BLOCKED));
  }
  setTimeout(
    () => {
      const reason = new Error(`No answer within ${limitMs * END_PART} ms`);
      stop.abort(reason);
      fail(reason);
    },
    limitMs * END_PART - performance.now(),
  );

  try {
    const text = await readInput();
    const open = async (): Promise<HookContext> => {
      const given = await setup();
      const holdpoint = await openHook(given, stop.signal);
      return {
        holdpoint,
        places: placesOf(given),
        // Since the start of the process, which counts for the agent as well.
        waitMs: limitMs * WAIT_PART - performance.now(),
        signal: stop.signal,
      };
    };
    end(await answer(text, open));
  } catch (error) {
    fail(error);
  }
}

let hasEnded = false;

function end({ stdout, stderr = '', exitCode }: HookAnswer): void {
  if (hasEnded) return;
  hasEnded = true;
  if (stderr) process.stderr.write(`${stderr}\n`);
  // Timers and sockets would keep the process alive.
  process.stdout.write(stdout === '' ? '' : `${stdout}\n`, (error) =>
    process.exit(error ? BLOCKED : exitCode),
  );
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_INPUT_BYTES)
      throw new Error(`The input is larger than ${MAX_INPUT_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) throw new Error('A hook reads JSON from stdin, and there is none');
  // Invalid UTF-8 is refused: a replaced character would be another call.
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
