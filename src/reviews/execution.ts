import type { ExecutionStatus, GraphExecution } from '../database/generated/prisma/client.ts';
import { isSynthetic } from '../identity/copilotIds.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';

/** Whether an execution in this status can ask for nothing more (case A10). */
export const hasEnded = (status: ExecutionStatus): boolean =>
  status === 'COMPLETED' || status === 'FAILED' || status === 'TERMINATED';

/** The record of a copilot session only says whether it was stopped: nobody sees it. */
export const maySeeExecution = (
  viewer: Viewer,
  { graphExecId, registeredBy }: Pick<GraphExecution, 'graphExecId' | 'registeredBy'>,
): boolean => !isSynthetic(graphExecId) && [null, registeredBy].includes(limitedTo(viewer));
