/**
 * The generation of the schema that this version runs on. A migration that older processes cannot live with raises it: see
 * `migrate`, which does not run it while one of them is connected.
 */
export const SCHEMA_GENERATION = 2;

/** What PostgreSQL shows as the name of a connection: `holdpoint/2 feed`. Version 1 had no number in it. */
export const applicationName = (purpose = 'requests'): string =>
  `holdpoint/${SCHEMA_GENERATION} ${purpose}`;

/** The generation of the process behind a connection of this name; null where it is none of Holdpoint's. */
export function generationOf(name: string): number | null {
  const [program = ''] = name.split(' ', 1);
  const [product, generation] = program.split('/');
  if (product !== 'holdpoint') return null;
  return generation === undefined ? 1 : Number(generation);
}
