import { isRecord } from '@holdpoint/client/approvals';
import { UnanswerableError } from './errors.ts';
import type { PendingInterrupt } from './pendingInterrupts.ts';
import { messagesIn, type Snapshot } from './snapshot.ts';

type Graph = {
  nodes?: unknown;
  getSubgraphs?: (namespace?: string, recurse?: boolean) => Iterable<[string, Graph]>;
};

/**
 * A ToolNode runs all tool calls of a message at the same time. If several of them call
 * `interrupt`, LangGraph gives the answer to whichever asks first when the node runs again, so a
 * tool could run with the approval of another one.
 * @throws UnanswerableError
 */
export function checkToolNodes(
  graph: object,
  interrupts: readonly PendingInterrupt[],
  state: Snapshot,
): void {
  for (const { node, namespace, isSent } of interrupts) {
    if (isSent || !isToolNode(graphAt(graph, namespace), node)) continue;
    const calls = callsIn(state);
    if (calls < 2) continue;
    throw new UnanswerableError(
      `The node ${node} runs ${calls} tool calls at the same time, and LangGraph may give the answer for one of them to another. Send each call to the node by itself, as LangChain's agents do, or wrap the tools with gate`,
    );
  }
}

/** A graph within another one is named by the nodes that it is in. */
function graphAt(graph: Graph, namespace: string): Graph | undefined {
  if (namespace === '') return graph;
  const name = namespace
    .split('|')
    .map((part) => part.split(':', 1)[0])
    .join('|');
  return new Map(graph.getSubgraphs?.(undefined, true) ?? []).get(name);
}

/** LangGraph and LangChain have a class of this name each. */
function isToolNode(graph: Graph | undefined, name: string): boolean {
  const node = isRecord(graph?.nodes) ? graph.nodes[name] : undefined;
  return holdsToolNode((node as { bound?: unknown } | undefined)?.bound);
}

/** Also one with a configuration, retries or fallbacks, or in a sequence. */
function holdsToolNode(part: unknown, seen = new Set<unknown>()): boolean {
  if (Array.isArray(part)) return part.some((one) => holdsToolNode(one, seen));
  if (!isRecord(part) || part['lc_runnable'] !== true || seen.has(part)) return false;
  if (Array.isArray(part['tools']) && 'handleToolErrors' in part) return true;
  seen.add(part);
  return Object.values(part).some((one) => holdsToolNode(one, seen));
}

/** How many tool calls the last message with any has. */
const callsIn = (state: Snapshot): number =>
  messagesIn(state).reduce(
    (last, { tool_calls: calls }) =>
      Array.isArray(calls) && calls.length > 0 ? calls.length : last,
    0,
  );
