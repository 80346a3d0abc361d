import type { Holdpoint } from '@holdpoint/client';
import { isSameJson, JsonText, jsonTextOf, parseJson } from '@holdpoint/client/json';
import { type HoldOptions, holdCall, type Permit, type Refusal } from './holdCall.ts';
import type { Places } from './protectedPlaces.ts';
import { touchedBy } from './touches.ts';

/** A call of a tool, as a hook gets it. */
export type ToolUse = {
  execution: string;
  graph: string;
  tool: string;
  /** As parseJson returned it. */
  input: object;
  cwd: string;
};

/** A permit, with the exact text of the input to run the tool with. */
export type ToolPermit = Permit & { inputText: string };

/**
 * Holds a call of a tool until it is approved. Its payload is `{ tool, input, cwd }`, of which a
 * reviewer can edit the input. What touches Holdpoint or the agent's settings needs a person.
 * @param problemOfInput why an edited input cannot be used, or null
 */
export async function holdToolUse(
  holdpoint: Holdpoint,
  { execution, graph, tool, input, cwd }: ToolUse,
  places: Places,
  options: Omit<HoldOptions, 'problemOf'>,
  problemOfInput: (input: object) => string | null = () => null,
): Promise<ToolPermit | Refusal> {
  const payload = JsonText.of({ tool, input: jsonTextOf(input), cwd });
  const touched = touchedBy({ tool, input, cwd }, places);
  const answer = await holdCall(
    holdpoint,
    {
      execution,
      graph,
      node: tool,
      payload,
      needsPerson: touched !== null,
      instructions: touched
        ? `Only a person may approve this call, because ${touched}.`
        : undefined,
    },
    {
      ...options,
      problemOf: (edited) =>
        problemOfEdit(edited, payload.text) ??
        problemOfInput((parseJson(edited) as { input: object }).input),
    },
  );
  if (!answer.allowed) return answer;
  const { input: approved } = parseJson(answer.payloadText) as { input: object };
  return { ...answer, inputText: jsonTextOf(approved).text };
}

/** Why an edited payload cannot be used: only the input of a tool can be edited. */
function problemOfEdit(editedText: string, askedText: string): string | null {
  const { input, ...others } = (parseJson(editedText) ?? {}) as Record<string, unknown>;
  const { input: _, ...askedOthers } = parseJson(askedText) as Record<string, unknown>;
  if (!isSameJson(JSON.stringify(others), JSON.stringify(askedOthers))) {
    return 'the reviewer edited more than its input, which is all that can be edited';
  }
  const isInput = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isInput ? null : 'the reviewer replaced its input by something that is not an object';
}
