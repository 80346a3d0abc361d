import type { CheckpointTuple } from '@langchain/langgraph';
import type { Snapshot } from './snapshot.ts';
import { detailOf } from './storable.ts';

/** The result of acting on an approval, for reportOutcome. */
export type Outcome = { outcome: 'EXECUTED' | 'FAILED' | 'SKIPPED'; detail?: string };

export type End = 'ended' | 'interrupted' | 'failed';

/** How far the graph got after it was resumed with a decision. */
export type RunEnd = {
  graph: End;
  /** The run of the node that asked; `unknown` if it was under way when the graph failed. */
  node: End | 'unknown';
  /** What the graph threw, if it failed. */
  error?: unknown;
  /** What tool calls threw, by their IDs, if the graph failed. */
  toolErrors?: ReadonlyMap<unknown, unknown>;
  state: Snapshot;
};

/** The outcome of an approval that its node acts on: known once the node has ended or thrown. */
export function outcomeOfNode({ node, error }: RunEnd): Outcome | null {
  if (node === 'ended') return { outcome: 'EXECUTED' };
  if (node !== 'failed') return null;
  return { outcome: 'FAILED', detail: detailOf(`The node that was resumed failed: ${error}`) };
}

/** Channels that say nothing about what a node returned. */
const innerChannels = new Set(['__interrupt__', '__resume__', '__error__', '__scheduled__']);

/**
 * Whether a node had ended when its graph threw `error`. Its writes are in the latest checkpoint of
 * its graph until that continues with the next nodes.
 */
export function nodeEndAfter(
  error: unknown,
  task: string,
  latest: CheckpointTuple | undefined,
): RunEnd['node'] {
  if (!latest || task === '') return 'unknown';
  const writes = (latest.pendingWrites ?? []).filter(([id]) => id === task);
  const hasReturned = writes.some(([, channel]) => !innerChannels.has(channel));
  if (writes.length === 0 || hasReturned) return 'ended';
  // An error of an earlier attempt is still there while the node runs again.
  const isThisError = writes.some(
    ([, channel, value]) => channel === '__error__' && messageOf(value) === messageOf(error),
  );
  return isThisError ? 'failed' : 'unknown';
}

/**
 * What tool calls threw in the latest step, by their IDs. An agent sends each call to a task of its
 * own: the checkpoint holds what was sent, and the tasks hold the errors.
 */
export function toolErrorsIn(
  { tasks }: Snapshot,
  latest: CheckpointTuple | undefined,
): Map<unknown, unknown> {
  const errors = new Map<unknown, unknown>();
  const sent = latest?.checkpoint.channel_values['__pregel_tasks'] as
    | { args?: ToolSend }[]
    | undefined;
  for (const { path = [], error } of tasks) {
    const [kind, at] = path;
    if (error === undefined || kind !== '__pregel_push') continue;
    const id = sent?.[Number(at)]?.args?.lg_tool_call?.id;
    if (id !== undefined) errors.set(id, messageOf(error));
  }
  return errors;
}

type ToolSend = { lg_tool_call?: { id?: unknown } };

const messageOf = (error: unknown): string =>
  String((error as { message?: unknown } | null)?.message ?? error);
