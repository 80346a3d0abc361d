import { JsonText, parseJson, stringifyJson } from '@holdpoint/client/json';
import { z } from 'zod';
import { guardsSettings } from './claudeSettings.ts';
import { holdToolUse } from './heldTool.ts';
import { addressOf, explain } from './holdCall.ts';
import type { HookAnswer } from './hookAnswer.ts';
import { type HookContext, stateFolder } from './hookContext.ts';
import { reportCall } from './reportCall.ts';
import { ToolUses } from './toolUses.ts';

// The input and output of Claude Code's hooks: https://code.claude.com/docs/en/hooks

const GRAPH = 'claude-code';
const MAX_ID = 200;

const common = {
  session_id: z.string().min(1).max(MAX_ID),
  cwd: z.string().min(1),
};
const toolUse = {
  ...common,
  tool_name: z.string().min(1).max(MAX_ID),
  tool_use_id: z.string().optional(),
};

const hookInput = z.discriminatedUnion('hook_event_name', [
  z.looseObject({
    hook_event_name: z.literal('PreToolUse'),
    ...toolUse,
    tool_input: z.custom<object>(isObject, 'must be an object'),
  }),
  z.looseObject({ hook_event_name: z.literal('PostToolUse'), ...toolUse }),
  z.looseObject({
    hook_event_name: z.literal('PostToolUseFailure'),
    ...toolUse,
    error: z.string().optional(),
  }),
  z.looseObject({ hook_event_name: z.literal('ConfigChange'), ...common }),
]);

type HookInput = z.output<typeof hookInput>;
type PreToolUse = Extract<HookInput, { hook_event_name: 'PreToolUse' }>;

/**
 * Answers one call of the hook. Only the answer to PreToolUse can let a tool run.
 * @param open connects to the service; it is not called for what needs no service
 * @throws Error if the input is not what Claude Code documents; HoldpointError
 */
export async function answerClaudeCode(
  text: string,
  open: () => Promise<HookContext>,
): Promise<HookAnswer> {
  const input = readInput(text);
  switch (input.hook_event_name) {
    case 'PreToolUse':
      return before(input, await open());
    case 'PostToolUse':
      return after(input, 'EXECUTED', undefined, open);
    case 'PostToolUseFailure':
      return after(input, 'FAILED', input.error, open);
    case 'ConfigChange':
      return configChange();
  }
}

function readInput(text: string): HookInput {
  const given = parseJson(text);
  const parsed = hookInput.safeParse(given);
  // zod copies objects, and the exact text belongs to the original one.
  if (parsed.success) return given as HookInput;
  const [issue] = parsed.error.issues;
  throw new Error(
    `This is not the input of a Claude Code hook: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

async function before(input: PreToolUse, context: HookContext): Promise<HookAnswer> {
  const { holdpoint, places, waitMs, signal } = context;
  const answer = await holdToolUse(
    holdpoint,
    {
      execution: `${GRAPH}-${input.session_id}`,
      graph: GRAPH,
      tool: input.tool_name,
      input: input.tool_input,
      cwd: input.cwd,
    },
    places,
    { waitMs, signal },
  );
  if (!answer.allowed) {
    return decision({
      permissionDecision: 'deny',
      permissionDecisionReason: explain(holdpoint, answer),
    });
  }
  const { reviewId, edited, inputText, message } = answer;
  if (input.tool_use_id !== undefined) {
    // The call is approved and can run even if it cannot be reported.
    await new ToolUses(stateFolder())
      .note(input.session_id, input.tool_use_id, reviewId)
      .catch(() => {});
  }
  const notes = [
    ...(edited ? [`This call was approved with another input. It ran with: ${inputText}`] : []),
    ...(message ? [`Message from the reviewer: ${message}`] : []),
  ];
  return decision({
    permissionDecision: 'allow',
    permissionDecisionReason: `Approved in Holdpoint: ${addressOf(holdpoint, reviewId)}`,
    ...(edited && { updatedInput: new JsonText(inputText) }),
    ...(notes.length > 0 && { additionalContext: notes.join('\n') }),
  });
}

const decision = (output: Record<string, unknown>): HookAnswer => ({
  stdout: stringifyJson({ hookSpecificOutput: { hookEventName: 'PreToolUse', ...output } }),
  exitCode: 0,
});

async function after(
  { session_id, tool_use_id }: { session_id: string; tool_use_id?: string | undefined },
  outcome: 'EXECUTED' | 'FAILED',
  detail: string | undefined,
  open: () => Promise<HookContext>,
): Promise<HookAnswer> {
  const uses = new ToolUses(stateFolder());
  const reviewId = tool_use_id === undefined ? null : await uses.take(session_id, tool_use_id);
  try {
    if (reviewId !== null) {
      const { holdpoint, signal } = await open();
      await reportCall(holdpoint, reviewId, outcome, detail, signal);
    }
    return { stdout: '{}', exitCode: 0 };
  } catch (error) {
    // The tool has run: 1 tells the user, where 2 would tell the agent.
    const stderr = `Holdpoint: the outcome was not reported: ${(error as Error).message}`;
    return { stdout: '', stderr, exitCode: 1 };
  }
}

/** Changed settings without this hook must not take effect while the agent is at work. */
async function configChange(): Promise<HookAnswer> {
  const problem = await guardsSettings(process.env['CLAUDE_PROJECT_DIR'] ?? process.cwd());
  if (problem === null) return { stdout: '{}', exitCode: 0 };
  return { stdout: JSON.stringify({ decision: 'block', reason: problem }), exitCode: 0 };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
