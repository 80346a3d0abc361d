import { isRecord } from '@holdpoint/client/approvals';
import type { BaseCheckpointSaver, CheckpointTuple } from '@langchain/langgraph';
import { UnanswerableError } from './errors.ts';
import type { Interrupt } from './question.ts';
import { idOf, type Place, placesIn, type Snapshot } from './snapshot.ts';

/**
 * A pending interrupt, its place, and how many earlier interrupts of its node were answered: they
 * share its ID.
 */
export type PendingInterrupt = Interrupt & Place & { answered: number };

/**
 * The interrupts that a run ended with. The state of the thread is no use here: it also lists
 * answered ones.
 * @throws UnanswerableError for an interrupt without an ID
 */
export function interruptsIn(result: unknown): Interrupt[] {
  const listed = isRecord(result) ? result['__interrupt__'] : undefined;
  const interrupts = (Array.isArray(listed) ? listed.flat() : []) as Partial<Interrupt>[];
  const byId = new Map<string, Interrupt>();
  for (const interrupt of interrupts) {
    const { id, value = null } = interrupt;
    if (typeof id !== 'string') {
      throw new UnanswerableError('An interrupt has no id, so its node cannot be told the answer');
    }
    byId.set(id, { ...interrupt, id, value });
  }
  return [...byId.values()];
}

/**
 * Finds the place of each interrupt. An ID belongs to a run of a node, so two interrupts of the
 * same run share it.
 */
export async function locate(
  interrupts: readonly Interrupt[],
  snapshot: Snapshot,
  checkpointer: BaseCheckpointSaver,
): Promise<PendingInterrupt[]> {
  const places = placesIn(snapshot);
  const answered = await answersIn(snapshot, checkpointer);
  return interrupts.map((interrupt) => ({
    ...interrupt,
    ...(places.get(interrupt.id) ?? { node: 'interrupt', task: '', namespace: '', isSent: false }),
    answered: answered.get(interrupt.id) ?? 0,
  }));
}

/**
 * Counts the answers that the checkpoints hold for the node run of each interrupt. The innermost
 * graph has them, and every graph around it also lists the interrupt.
 */
async function answersIn(
  { config, tasks }: Snapshot,
  checkpointer: BaseCheckpointSaver,
): Promise<Map<string, number>> {
  const { thread_id } = config.configurable ?? {};
  const root = await checkpointer.getTuple(config);
  const answers = new Map(root ? answersOfTasks(root) : []);
  const inner = await Promise.all(
    tasks.map(({ name, id }) =>
      checkpointer.getTuple({ configurable: { thread_id, checkpoint_ns: `${name}:${id}` } }),
    ),
  );
  // Reading the whole thread takes longer the longer it is.
  if (inner.every((tuple) => tuple === undefined)) return answers;

  const depths = new Map<string, number>();
  for await (const tuple of checkpointer.list({ configurable: { thread_id } })) {
    const namespace = String(tuple.config.configurable?.['checkpoint_ns'] ?? '');
    const depth = namespace === '' ? 0 : namespace.split('|').length;
    for (const [interruptId, count] of answersOfTasks(tuple)) {
      if (depth < (depths.get(interruptId) ?? 0)) continue;
      depths.set(interruptId, depth);
      answers.set(interruptId, count);
    }
  }
  return answers;
}

function answersOfTasks({ pendingWrites = [] }: CheckpointTuple): [string, number][] {
  return pendingWrites.flatMap(([taskId, channel, value]) => {
    if (channel !== '__interrupt__') return [];
    const resumed = pendingWrites.find(
      ([task, channel]) => task === taskId && channel === '__resume__',
    );
    const count = Array.isArray(resumed?.[2]) ? resumed[2].length : 0;
    return [value].flat().map((interrupt): [string, number] => [idOf(interrupt), count]);
  });
}
