import {
  type Approved,
  copilotSession,
  type Holdpoint,
  type NotApproved,
  type Outcome,
} from '@holdpoint/client';
import { safeText } from '../src/cli/terminalText.ts';
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

/** The limit of the service. */
const MAX_HEADLINE_CHARACTERS = 200;

const instructions = {
  rename: 'Renames it to lower case with dashes. You may edit newName.',
  edit: 'Corrects the spelling. You may edit the text in `after`.',
  delete: 'Deletes it permanently.',
};

/**
 * Tidies a folder: asks before each step and does exactly what was approved. It can be stopped at
 * any time and run again with the same session, and then repeats neither steps nor questions.
 */
export async function tidy(options: TidyOptions): Promise<Tally> {
  const { folder, session, say } = options;
  const notebook = await Notebook.open(folder, session);
  const found = await findSteps(folder);
  const steps = found.filter((step) => !notebook.chosen.has(keyOf(step)));
  const underWay = notebook.underWay;
  if (underWay && !steps.some((step) => keyOf(step) === keyOf(underWay))) steps.unshift(underWay);

  const tally = { done: 0, rejected: 0, left: 0 };
  if (steps.length === 0) say('Nothing to tidy.');
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
  let said = '';
  const report = (text: string) => {
    said = text;
    say(`     ${text}`);
  };
  const outcome = await holdpoint.review<unknown>({
    nodeExecId,
    execution: copilotSession(session),
    node: nodeOf(step),
    payload: step,
    headline: describe(step).slice(0, MAX_HEADLINE_CHARACTERS).toWellFormed(),
    instructions: instructions[step.action],
    onWaiting: () => report('waiting for a decision…'),
  });
  const ended = outcome.approved ? await doApproved(outcome) : reportNotApproved(outcome);
  // A void approval cannot be claimed any more.
  const isNoted = !outcome.approved && (outcome.processed || outcome.status === 'void');
  const claim = { nodeExecId, processed: true };
  const isClaimed = !isNoted && (await holdpoint.setReviewProcessed(claim)).changed;
  if (outcome.approved && isClaimed) {
    // Reviewers see on the page whether the step was done, and why not.
    await holdpoint.reportOutcome({
      nodeExecId,
      outcome: ended === 'done' ? 'EXECUTED' : 'SKIPPED',
      detail: said,
    });
  }
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
    if (status === 'consumed') report('already settled; skipped');
    else if (status === 'void') report('the approval is no longer valid; skipped');
    else {
      const reason = message && `: "${safeText(message)}"`;
      report(`${processed ? 'already ' : ''}rejected${byWhom(rest)}${reason}; skipped`);
    }
    return status === 'consumed' || status === 'void' ? 'left' : 'rejected';
  }

  async function doApproved(outcome: Approved): Promise<'done' | 'left'> {
    const approved = readApproved(step, outcome.data);
    if (typeof approved === 'string') {
      report(`approved${byWhom(outcome)}, but cannot be done: ${approved}; skipped`);
      return 'left';
    }
    // Saved before the step is done, so that a run after a crash continues from here.
    notebook.underWay = step;
    if (outcome.edited) notebook.chosen.add(keyAfter(approved));
    await notebook.save();
    const carried = await carryOut(folder, approved);
    if (carried.state === 'impossible') {
      report(`approved${byWhom(outcome)}, but ${carried.reason}; skipped`);
      return 'left';
    }
    const how = outcome.autoApproved
      ? 'approved by a standing approval'
      : `approved${byWhom(outcome)}`;
    const edit = outcome.edited ? ' with an edit' : '';
    const before = carried.state === 'done before' ? ' (in the previous run)' : '';
    report(`${how}${edit}: ${pastText(approved)}${before}`);
    return 'done';
  }
}

/** The key of the step that would undo an edit of the reviewer. */
function keyAfter(step: Step): string {
  if (step.action === 'rename') return keyOf({ ...step, file: step.newName });
  return step.action === 'edit' ? keyOf({ ...step, before: step.after }) : keyOf(step);
}

function pastText(step: Step): string {
  const file = safeText(step.file);
  if (step.action === 'rename') return `renamed to ${safeText(step.newName)}`;
  return step.action === 'edit' ? `${file} was changed` : `${file} was deleted`;
}

const byWhom = ({ decidedBy }: Pick<Outcome, 'decidedBy'>): string =>
  decidedBy ? ` by ${safeText(decidedBy)}` : '';
