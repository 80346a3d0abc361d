/** The keys and indexes from the root to a value inside it. */
export type JsonPath = readonly (string | number)[];

const plainKey = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Whether a key can be shown without quotes. */
export function isPlainKey(key: string): boolean {
  return plainKey.test(key);
}

/** A path in common notation, e.g. `steps[2].capability` or `headers["x-id"]`. */
export function showPath(path: JsonPath): string {
  if (path.length === 0) return '(root)';
  let shown = '';
  for (const step of path) {
    if (typeof step === 'number') shown += `[${step}]`;
    else if (isPlainKey(step)) shown += shown === '' ? step : `.${step}`;
    else shown += `[${JSON.stringify(step)}]`;
  }
  return shown;
}
