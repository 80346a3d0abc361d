import { JsonText, jsonTextOf, parseJson, stringifyJson } from '@holdpoint/client/json';
import { z } from 'zod';
import { holdToolUse } from './heldTool.ts';
import { addressOf, explain, type Refusal } from './holdCall.ts';
import type { HookAnswer } from './hookAnswer.ts';
import type { HookContext } from './hookContext.ts';
import { reportCall } from './reportCall.ts';

// The neutral format, for any agent: docs/hooks.md

const MAX_ID = 200;
const id = z.string().min(1).max(MAX_ID);

const hookInput = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('before'),
    session: id,
    tool: id,
    input: z.custom<object>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      'must be an object',
    ),
    cwd: z.string().min(1),
    acceptsEdits: z.boolean().optional(),
  }),
  z.strictObject({
    event: z.literal('after'),
    reviewId: z.string().min(1).max(255),
    outcome: z.enum(['EXECUTED', 'FAILED', 'SKIPPED']),
    detail: z.string().optional(),
  }),
]);

type Before = Extract<z.output<typeof hookInput>, { event: 'before' }>;

/** The exit code of everything but success. */
export const DENIED = 2;

/**
 * Answers one call of the hook.
 * @param graph the workflow that the reviews belong to
 * @throws Error if the input is not in the documented format; HoldpointError
 */
export async function answerJson(
  text: string,
  graph: string,
  open: () => Promise<HookContext>,
): Promise<HookAnswer> {
  const given = parseJson(text);
  const parsed = hookInput.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`Invalid input: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  // zod copies objects, and the exact text belongs to the original one.
  const input = given as z.output<typeof hookInput>;
  if (input.event === 'before') return before(input, graph, await open());
  const { holdpoint, signal } = await open();
  await reportCall(holdpoint, input.reviewId, input.outcome, input.detail, signal);
  return { stdout: '{"reported":true}', exitCode: 0 };
}

async function before(input: Before, graph: string, context: HookContext): Promise<HookAnswer> {
  const { holdpoint, places, waitMs, signal } = context;
  const { session, tool, cwd, acceptsEdits = false } = input;
  let editedInput: JsonText | undefined;
  const answer = await holdToolUse(
    holdpoint,
    { execution: session, graph, tool, input: input.input, cwd },
    places,
    { waitMs, signal },
    (edited) => {
      if (acceptsEdits) return null;
      editedInput = jsonTextOf(edited);
      return 'another input was approved, and this agent cannot replace its own. To run what was approved, make the call with the input that is given here; it is then asked again';
    },
  );
  if (!answer.allowed) {
    const message = explain(holdpoint, answer);
    return {
      stdout: stringifyJson({
        decision: 'deny',
        ...placeOf(holdpoint, answer),
        message,
        ...(editedInput !== undefined && { editedInput }),
      }),
      stderr: message,
      exitCode: DENIED,
    };
  }
  const { reviewId, edited, inputText, message } = answer;
  return {
    stdout: stringifyJson({
      decision: 'allow',
      reviewId,
      url: addressOf(holdpoint, reviewId),
      input: new JsonText(inputText),
      edited,
      ...(message && { message }),
    }),
    exitCode: 0,
  };
}

const placeOf = (holdpoint: HookContext['holdpoint'], { status, reviewId }: Refusal) => ({
  status,
  reviewId,
  url: addressOf(holdpoint, reviewId),
});
