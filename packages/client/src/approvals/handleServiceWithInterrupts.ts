import { describe, isRecord } from './approvalType.ts';
import { InvalidApprovalError } from './invalidApprovalError.ts';

/** A compiled graph, or whatever else runs one. */
export type Service<Request, Config, Result> = {
  invoke(request: Request, config?: Config): Promise<Result>;
};

type Interrupt = { id?: string; value?: unknown };
type Interrupted = Error & { interrupts: unknown[] };

/**
 * Calls a service from inside a node of another graph. Its result passes through, and every
 * interrupt of it is raised in the outer graph, with the id by which it is answered (case B38). The
 * node runs again from its beginning when the outer graph is resumed; the service goes on where it
 * was.
 * @param config the node's own config, so that the answers find their way back into the service
 * @throws InvalidApprovalError where the service was interrupted by something that nobody could
 *   answer
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
  // A service that is no part of this graph's run answers with its interrupts instead of throwing
  // them.
  const interrupts = isRecord(result) ? result['__interrupt__'] : undefined;
  if (interrupts === undefined) return result;
  throw raised(await graphInterrupt(), interrupts);
}

/**
 * By their names, as LangGraph itself knows its errors: there may be several copies of it, or none.
 */
const isInterrupted = (error: unknown): error is Interrupted =>
  error instanceof Error &&
  ['GraphInterrupt', 'NodeInterrupt'].includes(error.name) &&
  'interrupts' in error;

/** The same error, with all of its interrupts. */
function raised(error: Interrupted, interrupts: unknown): Interrupted {
  // A service may have raised those of a service of its own.
  const all = Array.isArray(interrupts) ? interrupts.flat() : [];
  if (all.length === 0) {
    throw new InvalidApprovalError(
      'The service was interrupted without an interrupt that says why',
    );
  }
  all.forEach(checkInterrupt);
  // LangGraph keeps one interrupt of a node, the last one, but spreads one that is a list of them:
  // a run's `__interrupt__` holds all. The thread's state lists them as that list.
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
  // Not spelled out, so that a bundler does not ask for it where it is not installed.
  const peer = '@langchain/langgraph';
  const { GraphInterrupt } = (await import(/* @vite-ignore */ peer)) as {
    GraphInterrupt: new () => Interrupted;
  };
  return new GraphInterrupt();
}
