import { isRecord } from '@holdpoint/client/approvals';

type Task = {
  id: string;
  name: string;
  path?: readonly unknown[];
  interrupts: readonly unknown[];
  state?: unknown;
  /** What the task wrote, by channel, until the next step begins. */
  result?: unknown;
  error?: unknown;
};
export type Snapshot = {
  values?: unknown;
  tasks: readonly Task[];
  config: { configurable?: Record<string, unknown> };
};

/**
 * Where an interrupt comes from: the name and the run of its node, the namespace of its graph, and
 * whether the node got an input of its own with `Send`.
 */
export type Place = { node: string; task: string; namespace: string; isSent: boolean };

/** Places by interrupt ID. With nested graphs it is the innermost node. */
export function placesIn(snapshot: Snapshot): Map<string, Place> {
  const places = new Map<string, Place>();
  const namespace = String(snapshot.config.configurable?.['checkpoint_ns'] ?? '');
  for (const { id: task, name: node, path, interrupts } of snapshot.tasks) {
    const isSent = path?.[0] === '__pregel_push';
    for (const interrupt of interrupts.flat())
      places.set(idOf(interrupt), { node, task, namespace, isSent });
  }
  for (const inner of innerGraphs(snapshot)) {
    for (const [id, place] of placesIn(inner)) places.set(id, place);
  }
  return places;
}

const innerGraphs = ({ tasks }: Snapshot): Snapshot[] =>
  tasks.flatMap(({ state }) =>
    isRecord(state) && 'tasks' in state ? [state as unknown as Snapshot] : [],
  );

/**
 * The messages in the state of a graph and of those within it, with those of a step that has not
 * ended.
 */
export function messagesIn(snapshot: Snapshot): Record<string, unknown>[] {
  const written = [snapshot.values, ...snapshot.tasks.map(({ result }) => result)];
  return [
    ...written.flatMap((values) => (isRecord(values) ? [values['messages']].flat() : [])),
    ...innerGraphs(snapshot).flatMap(messagesIn),
  ].filter(isRecord);
}

export const idOf = (interrupt: unknown): string =>
  String((interrupt as { id?: unknown } | null)?.id);
