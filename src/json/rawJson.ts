/**
 * `JSON.rawJSON` (ES2026; Node has it from 22 on, the type library of ES2024 does not): an object
 * that JSON.stringify writes as the given text of one primitive, unchanged.
 */
export const rawJson = (JSON as typeof JSON & { rawJSON(primitive: string): object }).rawJSON;
