import { randomUUID } from 'node:crypto';
import { Annotation, MemorySaver, START, StateGraph } from '@langchain/langgraph';

/** A state with a log of what its nodes did. */
export const Log = Annotation.Root({
  log: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});

type Step = () => unknown;

/** A graph of parallel nodes, each of which logs what its function returns. */
export function parallel(nodes: Record<string, Step>, checkpointer = new MemorySaver()) {
  const graph = new StateGraph(Log) as StateGraph<
    typeof Log,
    typeof Log.State,
    typeof Log.Update,
    string
  >;
  for (const [name, step] of Object.entries(nodes)) {
    graph.addNode(name, async () => ({ log: [`${name}: ${JSON.stringify(await step())}`] }));
    graph.addEdge(START, name);
  }
  return graph.compile({ checkpointer });
}

export const newThread = () => ({ configurable: { thread_id: randomUUID() } });
