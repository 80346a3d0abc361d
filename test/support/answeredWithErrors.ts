export type GraphqlError = {
  message: string;
  path?: (string | number)[];
  extensions?: Record<string, unknown>;
};

/** The response has GraphQL errors. */
export class AnsweredWithErrors extends Error {
  readonly errors: readonly GraphqlError[];

  constructor(errors: readonly GraphqlError[]) {
    super(errors.map(({ message }) => message).join('; '));
    this.errors = errors;
  }

  /** `extensions.code` of the first error. */
  get code(): unknown {
    return this.errors[0]?.extensions?.['code'];
  }
}
