/** Where in the payload, from its root, and what would be right. */
export type ApprovalIssue = { readonly path: readonly string[]; readonly message: string };

/**
 * What was to be approved, or what came back as its approval, is not well-formed: nothing may be
 * done on it.
 */
export class InvalidApprovalError extends Error {
  override name = 'InvalidApprovalError';
  /** One for each value that was refused; none where the whole was. */
  readonly issues: readonly ApprovalIssue[];

  constructor(message: string, issues: readonly ApprovalIssue[] = []) {
    super([message, ...issues.map(lineOf)].join('\n'));
    this.issues = issues;
  }
}

const lineOf = ({ path, message }: ApprovalIssue): string =>
  `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`;
