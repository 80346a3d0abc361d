// @holdpoint/client/json: JSON as exact text, for the service, the page of reviewers and the client.
export { checkJson, type JsonLimits, type JsonProblem } from './checkJson.ts';
export { isInexact } from './inexactNumber.ts';
export { JsonText } from './jsonText.ts';
export { maxNesting, nestsTooDeep } from './nesting.ts';
export { normalForm } from './normalForm.ts';
export { jsonTextOf, parseJson } from './parseJson.ts';
export { stringifyJson } from './stringifyJson.ts';
export { token } from './token.ts';
