/** The names of questions, and of steps whose reviewers can ask for changes, begin with this. */
export const TALK = 'talk-';

/** Whether the review with this ID is a question, or can be revised. */
export const isTalk = (nodeExecId: string): boolean => nodeExecId.startsWith(TALK);
