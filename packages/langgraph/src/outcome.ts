import type { BaseCheckpointSaver } from '@langchain/langgraph';
import type { Place, Snapshot } from './snapshot.ts';
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
export async function nodeEndAfter(
  error: unknown,
  { task, namespace }: Place,
  threadId: string,
  checkpointer: BaseCheckpointSaver,
): Promise<RunEnd['node']> {
  const configurable = { thread_id: threadId, checkpoint_ns: namespace };
  const latest = await checkpointer.getTuple({ configurable });
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

const messageOf = (error: unknown): string =>
  String((error as { message?: unknown } | null)?.message ?? error);
