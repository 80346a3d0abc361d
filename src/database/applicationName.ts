/**
 * The schema generation that this version needs. It is raised by each migration that breaks older
 * processes: `migrate` does not apply such a migration while one of them is connected.
 */
export const SCHEMA_GENERATION = 6;

/**
 * The `application_name` of a connection, e.g. `holdpoint/3 feed`. Version 1 had no number in it.
 */
export const applicationName = (purpose = 'requests'): string =>
  `holdpoint/${SCHEMA_GENERATION} ${purpose}`;

/**
 * The schema generation of the process with this `application_name`; null if it is not Holdpoint's.
 */
export function generationOf(name: string): number | null {
  const [program = ''] = name.split(' ', 1);
  const [product, generation] = program.split('/');
  if (product !== 'holdpoint') return null;
  return generation === undefined ? 1 : Number(generation);
}
