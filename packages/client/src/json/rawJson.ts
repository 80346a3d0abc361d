type RawJson = (primitive: string) => object;

/**
 * `JSON.rawJSON` (ES2026; the type library of ES2024 does not have it): an object that JSON.stringify writes as the given
 * text of one primitive, unchanged. Agents run on Node 20 too, which has none, and neither have browsers before 2025.
 */
export const rawJson = (JSON as typeof JSON & { rawJSON?: RawJson }).rawJSON;
