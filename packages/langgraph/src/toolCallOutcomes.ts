import { outcomeOfNode } from './outcome.ts';
import type { Questions } from './question.ts';
import { messagesIn, type Snapshot } from './snapshot.ts';
import { detailOf } from './storable.ts';

/** The name that LangChain gives to the node of its middleware. */
const MIDDLEWARE_NODE = 'HumanInTheLoopMiddleware.after_model';

type Action = { name: string; args: unknown };
type ToolCall = { id?: unknown; name?: unknown; args?: unknown };

/**
 * What is known about the tool calls of one interrupt. The result of a tool call is a message in
 * the state, and what it threw is an error of its task. Without either, it depends on who asked: LangChain's middleware runs no call of a batch
 * of which one was rejected, and leaves the others to later nodes; what any other node does with
 * half a batch is not known.
 */
export function toolCallOutcomes(
  actions: readonly Action[],
  node: string,
  state: Snapshot,
): Questions['outcome'] {
  const callIds = callIdsOf(actions, state);
  return (at, decisions, end) => {
    const callId = callIds[at];
    const result = messagesIn(end.state).find(
      ({ tool_call_id }) => callId !== undefined && tool_call_id === callId,
    );
    if (result?.['status'] === 'error') {
      return { outcome: 'FAILED', detail: detailOf(String(result['content'])) };
    }
    if (result) return { outcome: 'EXECUTED' };
    const thrown = end.toolErrors?.get(callId);
    if (thrown !== undefined) return { outcome: 'FAILED', detail: detailOf(String(thrown)) };
    const isRejected = decisions.some(({ approved, reply }) => !approved && reply === undefined);
    if (node !== MIDDLEWARE_NODE) {
      const isPartial =
        decisions.some(({ approved }) => !approved) ||
        (end.node === 'failed' && actions.length > 1);
      return isPartial ? null : outcomeOfNode(end);
    }
    if (isRejected) {
      const detail =
        'Another tool call of the same batch was rejected, so none of them was carried out';
      return end.node === 'ended' ? { outcome: 'SKIPPED', detail } : null;
    }
    // The messages of a graph within another may be gone.
    return end.graph === 'ended' && callId === undefined ? { outcome: 'EXECUTED' } : null;
  };
}

/** The IDs of the tool calls, which the interrupt lacks: those of the latest equal calls. */
function callIdsOf(actions: readonly Action[], state: Snapshot): (string | undefined)[] {
  const messages = messagesIn(state);
  // Some models use an ID again, and then there is a result of an earlier call.
  const used = new Set(messages.map(({ tool_call_id }) => tool_call_id));
  const calls = messages
    .toReversed()
    .flatMap(({ tool_calls }) => (Array.isArray(tool_calls) ? (tool_calls as ToolCall[]) : []));
  return actions.map(({ name, args }) => {
    const text = JSON.stringify(args);
    const at = calls.findIndex((call) => call.name === name && JSON.stringify(call.args) === text);
    const [found] = at < 0 ? [] : calls.splice(at, 1);
    return typeof found?.id === 'string' && !used.has(found.id) ? found.id : undefined;
  });
}
