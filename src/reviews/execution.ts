import type { ExecutionStatus } from '../database/generated/prisma/client.ts';

/** Whether an execution in this status can ask for nothing more (case A10). */
export const hasEnded = (status: ExecutionStatus): boolean =>
  status === 'COMPLETED' || status === 'FAILED' || status === 'TERMINATED';
