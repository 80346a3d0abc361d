import { describe, isRecord } from './approvalType.ts';
import { InvalidApprovalError } from './invalidApprovalError.ts';

/** A compiled graph, or anything with the same `invoke`. */
export type Service<Request, Config, Result> = {
  invoke(request: Request, config?: Config): Promise<Result>;
};

type Interrupt = { id?: string; value?: unknown };
type Interrupted = Error & { interrupts: unknown[] };

/**
 * Calls a service from inside a node of another graph. The result passes through, and every
 * interrupt of the service is raised in the outer graph with its own ID. When the outer
 * graph resumes, the node runs again from its start, and the service continues where it stopped.
 * @param config the config of the node, so that answers find their way to the service
 * @throws InvalidApprovalError if the service raised an interrupt that nobody could answer
 */
export async function handleServiceWithInterrupts<Request, Config, Result>(
  service: Service<Request, Config, Result>,
  request: Request,
  config?: Config,
): Promise<Result> {
  let result: Result;
  try {
    result = await service.invoke(request, config);
  } catch (error) {
    throw isInterrupted(error) ? raised(error, error.interrupts) : error;
  }
  // A service outside of this graph's run returns its interrupts instead of throwing them.
  const interrupts = isRecord(result) ? result['__interrupt__'] : undefined;
  if (interrupts === undefined) return result;
  throw raised(await graphInterrupt(), interrupts);
}

/** Compares names, as LangGraph does: there may be several copies of it, or none. */
const isInterrupted = (error: unknown): error is Interrupted =>
  error instanceof Error &&
  ['GraphInterrupt', 'NodeInterrupt'].includes(error.name) &&
  'interrupts' in error;

/** The same error, with all of its interrupts. */
function raised(error: Interrupted, interrupts: unknown): Interrupted {
  // The service may have passed on interrupts of another service.
  const all = Array.isArray(interrupts) ? interrupts.flat() : [];
  if (all.length === 0) {
    throw new InvalidApprovalError('The service was interrupted, but returned no interrupts');
  }
  all.forEach(checkInterrupt);
  // LangGraph keeps only the last interrupt of a node, but flattens an interrupt that is a list: the
  // run's `__interrupt__` has all of them. The state of the thread has the list.
  error.interrupts = all.length === 1 ? all : [all];
  return error;
}

function checkInterrupt(interrupt: Interrupt | undefined, index: number): void {
  const value = interrupt?.value;
  if (isRecord(value)) return;
  throw new InvalidApprovalError(
    `Interrupt ${index + 1} of the service is malformed: its value must be an object, not ${describe(value)}`,
  );
}

async function graphInterrupt(): Promise<Interrupted> {
  // A variable, so that bundlers do not require an optional package.
  const peer = '@langchain/langgraph';
  const { GraphInterrupt } = (await import(/* @vite-ignore */ peer)) as {
    GraphInterrupt: new () => Interrupted;
  };
  return new GraphInterrupt();
}
