import {
  type Approved,
  copilotSession,
  type Holdpoint,
  type NotApproved,
  type Outcome,
} from '@holdpoint/client';
import { safeText } from '../src/cli/safeText.ts';
import { carryOut } from './carryOut.ts';
import { findSteps } from './findSteps.ts';
import { Notebook } from './notebook.ts';
import { describe, keyOf, nodeExecIdOf, nodeOf, readApproved, type Step } from './step.ts';

export type TidyOptions = {
  folder: string;
  session: string;
  holdpoint: Holdpoint;
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
  { folder, session, holdpoint, say }: TidyOptions,
): Promise<keyof Tally> {
  const nodeExecId = nodeExecIdOf(session, step);
  const report = (text: string) => say(`     ${text}`);
  const outcome = await holdpoint.review<unknown>({
    nodeExecId,
    execution: copilotSession(session),
    node: nodeOf(step),
    payload: step,
    instructions: instructions[step.action],
    onWaiting: () => report('asked; waiting for a reviewer…'),
  });
  const ended = outcome.approved ? await doApproved(outcome) : reportNotApproved(outcome);
  // What is void can no longer be claimed.
  const isNoted = !outcome.approved && (outcome.processed || outcome.status === 'void');
  if (!isNoted) await holdpoint.setReviewProcessed({ nodeExecId, processed: true });
  if (notebook.underWay) {
    notebook.underWay = null;
    await notebook.save();
  }
  return ended;

  function reportNotApproved({
    status,
    message,
    processed,
    ...rest
  }: NotApproved): 'rejected' | 'left' {
    if (status === 'consumed') report('settled before; it is left as it is');
    else if (status === 'void') report('the approval is no longer valid; it is left as it is');
    else {
      const reason = message && `: "${safeText(message)}"`;
      report(`rejected${processed ? ' before' : ''}${byWhom(rest)}${reason}; it stays as it was`);
    }
    return status === 'consumed' || status === 'void' ? 'left' : 'rejected';
  }

  async function doApproved(outcome: Approved): Promise<'done' | 'left'> {
    const approved = readApproved(step, outcome.data);
    if (typeof approved === 'string') {
      report(
        `approved${byWhom(outcome)}, but that cannot be done: ${approved}; it stays as it was`,
      );
      return 'left';
    }
    // Noted before it is done: a run that ends in between finds it and goes on from here.
    notebook.underWay = step;
    if (outcome.edited) notebook.chosen.add(keyAfter(approved));
    await notebook.save();
    const carried = await carryOut(folder, approved);
    if (carried.state === 'impossible') {
      report(`approved${byWhom(outcome)}, but ${carried.reason}; it stays as it was`);
      return 'left';
    }
    const how = outcome.autoApproved ? 'approved in advance' : `approved${byWhom(outcome)}`;
    const edit = outcome.edited ? ' with an edit' : '';
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

const byWhom = ({ decidedBy }: Pick<Outcome, 'decidedBy'>): string =>
  decidedBy ? ` by ${safeText(decidedBy)}` : '';
