import type { JsonNode } from '@hyperjump/json-schema/instance/experimental';

/** A keyword that a value does not fit. */
export type Failure = {
  /** The ID of the keyword; `false` for the schema that nothing fits. */
  readonly keyword: string;
  /** What stands in the schema, as the keyword compiled it. */
  readonly value: unknown;
  readonly instance: JsonNode;
  /** How many alternatives of anyOf or oneOf failed. */
  readonly failed: number;
  /** What failed in each of them, or in the first ones. */
  readonly branches: readonly (readonly Failure[])[];
};
