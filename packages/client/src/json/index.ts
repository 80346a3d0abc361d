// @holdpoint/client/json: exact JSON, shared by the service, the page for reviewers and the client.
export { isDeepEdit, maxEditNesting } from './editNesting.ts';
export { isInexact } from './inexactNumber.ts';
export { isExactNumber, type JsonLimits, type JsonProblem, jsonProblems } from './jsonProblems.ts';
export { JsonText } from './jsonText.ts';
export {
  isBranch,
  type JsonBranch,
  type JsonMember,
  type JsonNode,
  memberOf,
  nestingOf,
  readJsonTree,
} from './jsonTree.ts';
export { maxNesting, nestsTooDeep } from './nesting.ts';
export { jsonTextOf, parseJson } from './parseJson.ts';
export { printJson } from './printJson.ts';
export { isSameJson, isSameNode } from './sameJson.ts';
export { stringifyJson } from './stringifyJson.ts';
