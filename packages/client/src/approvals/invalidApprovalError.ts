/** The path in the payload, and what is wrong there. */
export type ApprovalIssue = { readonly path: readonly string[]; readonly message: string };

/** An approval request or its result is malformed. Nothing may be done based on it. */
export class InvalidApprovalError extends Error {
  override name = 'InvalidApprovalError';
  /** One per invalid value; empty if the whole is invalid. */
  readonly issues: readonly ApprovalIssue[];

  constructor(message: string, issues: readonly ApprovalIssue[] = []) {
    super([message, ...issues.map(lineOf)].join('\n'));
    this.issues = issues;
  }
}

const lineOf = ({ path, message }: ApprovalIssue): string =>
  `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`;
