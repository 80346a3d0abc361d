import { createHash } from 'node:crypto';
import { copilotNode, copilotStep } from '@holdpoint/client';
import { z } from 'zod';
import { safeText } from '../src/cli/terminalText.ts';

/** What the agent wants to do with a file. It is the payload of the review. */
export type Step =
  | { action: 'rename'; file: string; newName: string }
  | { action: 'edit'; file: string; before: string; after: string }
  | { action: 'delete'; file: string; reason: string; bytes: number; sha256: string };

const MAX_NAME_BYTES = 255;

export const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

/**
 * Identifies a step across runs: its kind, its file, and the content that it changes or deletes.
 */
export function keyOf(step: Step): string {
  if (step.action === 'rename') return `rename:${step.file}`;
  return `${step.action}:${step.file}:${step.action === 'edit' ? sha256(step.before) : step.sha256}`;
}

export const nodeOf = (step: Step): string => copilotNode(step.action);

/** The same for a step in every run, even if its payload changes. */
export const nodeExecIdOf = (session: string, step: Step): string =>
  copilotStep(step.action, sha256(`${session}\n${keyOf(step)}`).slice(0, 12));

/** A step on one line. */
export function describe(step: Step): string {
  const file = safeText(step.file);
  if (step.action === 'rename') return `rename ${file} to ${safeText(step.newName)}`;
  return step.action === 'edit'
    ? `correct the text of ${file}`
    : `delete ${file}: ${safeText(step.reason)}`;
}

const nameInFolder = z
  .string()
  .refine((name) => !/[/\\\0]/.test(name) && name !== '' && name !== '.' && name !== '..', {
    error: 'must be a plain name in the same folder',
  })
  .refine((name) => !name.startsWith('.'), { error: 'must not begin with a dot' })
  .refine((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES, { error: 'is too long' });

/**
 * Reads what was approved. A reviewer may edit the new name or the new text, but not the file: the
 * agent did not ask about another one.
 * @returns the step to carry out, or the reason on one line why that is impossible
 */
export function readApproved(asked: Step, data: unknown): Step | string {
  const same = <Value extends string | number>(value: Value) =>
    z.literal(value, { error: 'must not be edited' });
  const schemas = {
    rename: () =>
      z.strictObject({ action: same('rename'), file: same(asked.file), newName: nameInFolder }),
    edit: () =>
      z.strictObject({
        action: same('edit'),
        file: same(asked.file),
        before: same(asked.action === 'edit' ? asked.before : ''),
        after: z.string(),
      }),
    delete: () =>
      z.strictObject({
        action: same('delete'),
        file: same(asked.file),
        reason: z.string(),
        bytes: same(asked.action === 'delete' ? asked.bytes : 0),
        sha256: same(asked.action === 'delete' ? asked.sha256 : ''),
      }),
  };
  const result = schemas[asked.action]().safeParse(data);
  if (result.success) return result.data;
  return result.error.issues
    .map(({ path, message }) => `${path.join('.') || 'the payload'} ${safeText(message)}`)
    .join('; ');
}
