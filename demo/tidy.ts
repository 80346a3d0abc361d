import { safeText } from '../src/cli/safeText.ts';
import type { Answer, Approvals } from './approvals.ts';
import { carryOut } from './carryOut.ts';
import { findSteps } from './findSteps.ts';
import { Notebook } from './notebook.ts';
import { describe, keyOf, nodeExecIdOf, readApproved, type Step } from './step.ts';

export type TidyOptions = {
  folder: string;
  session: string;
  approvals: Approvals;
  say: (text: string) => void;
};

export type Tally = { done: number; rejected: number; left: number };

const instructions = {
  rename: 'A plain name: small letters and dashes. You may edit newName.',
  edit: 'I found words that are spelled wrong. You may edit the text after.',
  delete: 'It will be gone for good.',
};

/**
 * Tidies a folder, asking for each step and doing exactly what was approved. It may be stopped at any moment and run again with
 * the same session: what is done is not done again, and what was decided is not asked again.
 */
export async function tidy(options: TidyOptions): Promise<Tally> {
  const { folder, session, say } = options;
  const notebook = await Notebook.open(folder, session);
  const found = await findSteps(folder);
  const steps = found.filter((step) => !notebook.chosen.has(keyOf(step)));
  const underWay = notebook.underWay;
  if (underWay && !steps.some((step) => keyOf(step) === keyOf(underWay))) steps.unshift(underWay);

  const tally = { done: 0, rejected: 0, left: 0 };
  if (steps.length === 0) say('There is nothing to tidy.');
  for (const [at, step] of steps.entries()) {
    say(`${at + 1}/${steps.length}  ${describe(step)}`);
    tally[await settle(step, notebook, options)]++;
  }
  return tally;
}

async function settle(
  step: Step,
  notebook: Notebook,
  { folder, session, approvals, say }: TidyOptions,
): Promise<keyof Tally> {
  const nodeExecId = nodeExecIdOf(session, step);
  const report = (text: string) => say(`     ${text}`);
  const answer = await approvals.ask(
    {
      nodeExecId,
      graphExecId: `copilot-session-${session}`,
      graphId: 'tidy-folder',
      graphVersion: 1,
      payload: step,
      instructions: instructions[step.action],
    },
    () => report('asked; waiting for a reviewer…'),
  );
  if (answer.kind === 'settled before') {
    notebook.underWay = null;
    await notebook.save();
    report(settledBeforeText(answer));
    return answer.review.status === 'REJECTED' ? 'rejected' : 'left';
  }

  const { status, message, data, autoApproved } = answer.result;
  const outcome = status === 'APPROVED' ? await doApproved() : 'rejected';
  if (outcome === 'rejected') {
    report(`rejected${byWhom(answer)}${message && `: "${safeText(message)}"`}; it stays as it was`);
  }
  if (answer.review) await approvals.setProcessed(nodeExecId);
  if (notebook.underWay) {
    notebook.underWay = null;
    await notebook.save();
  }
  return outcome;

  async function doApproved(): Promise<'done' | 'left'> {
    const approved = readApproved(step, data);
    if (typeof approved === 'string') {
      report(`approved${byWhom(answer)}, but that cannot be done: ${approved}; it stays as it was`);
      return 'left';
    }
    const isEdited = answer.kind === 'result' && answer.review?.wasEdited === true;
    // Noted before it is done: a run that ends in between finds it and goes on from here.
    notebook.underWay = step;
    if (isEdited) notebook.chosen.add(keyAfter(approved));
    await notebook.save();
    const carried = await carryOut(folder, approved);
    if (carried.state === 'impossible') {
      report(`approved${byWhom(answer)}, but ${carried.reason}; it stays as it was`);
      return 'left';
    }
    const how = autoApproved ? 'approved in advance' : `approved${byWhom(answer)}`;
    const edit = isEdited ? ' with an edit' : '';
    const before = carried.state === 'done before' ? ' (by the run before)' : '';
    report(`${how}${edit}: ${pastText(approved)}${before}`);
    return 'done';
  }
}

/** The key of a step that would change again what this one leads to. */
function keyAfter(step: Step): string {
  if (step.action === 'rename') return keyOf({ ...step, file: step.newName });
  return step.action === 'edit' ? keyOf({ ...step, before: step.after }) : keyOf(step);
}

function pastText(step: Step): string {
  const file = safeText(step.file);
  if (step.action === 'rename') return `renamed to ${safeText(step.newName)}`;
  return step.action === 'edit' ? `${file} has the new text` : `${file} is deleted`;
}

function byWhom(answer: Answer): string {
  const by = answer.review?.decidedBy;
  return by ? ` by ${safeText(by)}` : '';
}

function settledBeforeText({ review }: Extract<Answer, { kind: 'settled before' }>): string {
  const reason = review.reviewMessage ? `: "${safeText(review.reviewMessage)}"` : '';
  const by = review.decidedBy ? ` by ${safeText(review.decidedBy)}` : '';
  return review.status === 'REJECTED'
    ? `rejected before${by}${reason}; it stays as it was`
    : `settled before${by}; it is left as it is`;
}
