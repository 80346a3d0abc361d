/** The names of steps whose reviews need several approvals begin with this. */
export const SIGNED = 'signed-';

/** Whether the review with this ID needs several approvals. */
export const isSigned = (nodeExecId: string): boolean =>
  nodeExecId.replace(/^copilot-node-/, '').startsWith(SIGNED);
