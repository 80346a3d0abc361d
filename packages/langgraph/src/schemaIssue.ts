import { z } from 'zod';

/** Why a value does not fit a JSON Schema; null if it does. Nothing fits an unreadable schema. */
export function schemaIssue(schema: unknown, value: unknown): string | null {
  let reader: z.ZodType;
  try {
    reader = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch (error) {
    return `cannot be checked, as its schema cannot be read (${(error as Error).message})`;
  }
  const { error } = reader.safeParse(value);
  if (!error) return null;
  return error.issues
    .map(({ path, message }) => `${path.map(String).join('.')} ${message}`.trim())
    .join('; ');
}
