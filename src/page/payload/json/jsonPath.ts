/** The way from a value's root to one inside it. */
export type JsonPath = readonly (string | number)[];

const plainKey = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Whether a key is shown as it is; every other one is put in quotes. */
export function isPlainKey(key: string): boolean {
  return plainKey.test(key);
}

/** A path as people write it: `steps[2].capability`, `headers["x-id"]`. The root is `the whole value`. */
export function showPath(path: JsonPath): string {
  if (path.length === 0) return 'the whole value';
  let shown = '';
  for (const step of path) {
    if (typeof step === 'number') shown += `[${step}]`;
    else if (isPlainKey(step)) shown += shown === '' ? step : `.${step}`;
    else shown += `[${JSON.stringify(step)}]`;
  }
  return shown;
}
