import type { z } from 'zod';
import { isReservedActor } from '../identity/viewer.ts';
import { id, text } from '../input.ts';

const MAX_NAME_CHARACTERS = 200;

const shown = (value: unknown): string => JSON.stringify(String(value).slice(0, 100));

/** The name of an actor that is not the service. */
export const actor = id.refine((name) => !isReservedActor(name), {
  error: ({ input }) => `must not be ${shown(input)}, which is reserved for the service`,
});

/** A name for people to read. */
export const displayName = text(MAX_NAME_CHARACTERS);

/** Blank counts as absent. */
export const optional = <Schema extends z.ZodType<string>>(schema: Schema) =>
  schema.nullish().transform((value) => (value?.trim() === '' ? null : value));
