import { payloadDigest, randomHex } from './digest.ts';
import { InvalidInputError } from './problems.ts';

const HASH_CHARACTERS = 32;
const RUN_BYTES = 8;
/** What the service accepts is 255, hash and prefix included. */
const MAX_NODE_CHARACTERS = 200;

/**
 * The id of a copilot's session, which asks for reviews without a workflow:
 * `copilot-session-{session}`.
 */
export const copilotSession = (session: string): string => `copilot-session-${session}`;

/** The id of a node of a copilot: `copilot-node-{block}`. */
export const copilotNode = (block: string): string => `copilot-node-${block}`;

/**
 * The id of one run of a copilot's node, `copilot-node-{block}:{run}`; a random one where no run is
 * given.
 */
export const copilotStep = (block: string, run: string = randomHex(RUN_BYTES)): string => {
  // The node is all before the last colon.
  if (run.includes(':')) {
    throw new InvalidInputError([{ path: 'run', message: 'must hold no colon' }]);
  }
  return `${copilotNode(block)}:${run}`;
};

export type Step = {
  execution: string;
  node: string;
  /** What the step would act on. */
  arguments: unknown;
  /** Tells two calls with the same arguments apart: a model's tool call id, say. */
  call?: string | undefined;
};

/**
 * The id of a step's run, made of its execution, node and arguments: a step that is tried again has
 * the same id, so it asks once. The order of keys in the arguments does not matter. In a copilot's
 * session it is an id of a copilot.
 */
export async function stepId({ execution, node, arguments: args, call }: Step): Promise<string> {
  if (node === '' || node.length > MAX_NODE_CHARACTERS) {
    const message = `must have 1 to ${MAX_NODE_CHARACTERS} characters`;
    throw new InvalidInputError([{ path: 'node', message }]);
  }
  const digest = await payloadDigest([execution, node, args ?? null, call ?? null]);
  const hash = digest.slice('sha256:'.length).slice(0, HASH_CHARACTERS);
  return `${nodeOf(execution, node)}:${hash}`;
}

/** The nodeId to send with an id: a copilot's id carries it, and no other goes with that. */
export const nodeIdFor = (nodeExecId: string, { execution, node }: Omit<Step, 'arguments'>) =>
  nodeExecId.startsWith('copilot-') ? nodeOf(execution, node) : node;

/** In a copilot's session a plain name is that of a copilot's node. */
const nodeOf = (execution: string, node: string): string =>
  execution.startsWith('copilot-') && !node.startsWith('copilot-') ? copilotNode(node) : node;
