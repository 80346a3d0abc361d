import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bed } from '../bed.ts';
import type { Result } from '../result.ts';
import { maxResult } from './feed.ts';

const PYTHON = fileURLToPath(new URL('../../python/.venv/bin/python', import.meta.url));
const PROGRAM = fileURLToPath(new URL('python.py', import.meta.url));

const CALLS = 200;
const MAX_DECISION_MS = 20;
const MAX_IMPORT_MS = 300;
const MAX_RATIO = 1.5;

type Measured = Record<'decision' | 'decisionMax' | 'streams' | 'gate' | 'bare' | 'import', number>;

/** The Python client, with agent and reviewer in one process. Nothing where Python is missing. */
export async function measurePython(bed: Bed): Promise<Result[]> {
  if (!existsSync(PYTHON)) return [];
  const { url } = await bed.freshServer();
  const [asking] = await bed.owners(['python'], 'agent', 'review:request');
  const [deciding] = await bed.owners(['python'], 'human', 'review:decide');
  const args = [PROGRAM, url, asking?.token as string, deciding?.token as string, String(CALLS)];
  const { stdout } = await promisify(execFile)(PYTHON, args);
  const measured: Measured = JSON.parse(stdout);
  return [
    maxResult(
      'Python: decision until await returns, idle, p50',
      measured.decision,
      MAX_DECISION_MS,
      'ms',
      {
        spread: `max ${measured.decisionMax.toFixed(1)}`,
      },
    ),
    maxResult('Python: event streams for 1000 waiting reviews', measured.streams, 1, ''),
    maxResult(
      'Python: a gated call per three bare requests',
      measured.gate / measured.bare,
      MAX_RATIO,
      '',
      {
        ours: `${measured.gate.toFixed(1)} ms`,
        baseline: `${measured.bare.toFixed(1)} ms`,
        ratio: (measured.gate / measured.bare).toFixed(2),
      },
    ),
    maxResult('Python: import', measured.import, MAX_IMPORT_MS, 'ms'),
  ];
}
