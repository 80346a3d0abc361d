import type { JsonNode } from '@holdpoint/client/json';
import { approvals } from './approvals.tsx';
import { attachment } from './attachment.tsx';
import { change } from './change.tsx';
import { code } from './code.tsx';
import { csv } from './csv.tsx';
import { diff } from './diff.tsx';
import { email } from './email.ts';
import { embeddedFile } from './embeddedFile.tsx';
import { html } from './html.tsx';
import { http } from './http.tsx';
import { json } from './json.tsx';
import { kubernetes } from './kubernetes.tsx';
import { markdown } from './markdown.tsx';
import { message } from './message.tsx';
import { table } from './table.tsx';
import type { Found, Place, View } from './view.ts';

/** All views. The first that fits is used, after the one that the agent suggests. */
export const views: readonly View[] = [
  ...approvals,
  attachment,
  embeddedFile,
  email,
  message,
  http,
  change,
  kubernetes,
  diff,
  html,
  csv,
  json,
  code,
  markdown,
  table,
];

/** The view of a value, or undefined if none fits. */
export function viewOf(
  node: JsonNode,
  place: Place,
): { readonly view: View; readonly found: Found } | undefined {
  const isNamed = ({ name, aliases = [] }: View) =>
    place.hint !== undefined && (name === place.hint || aliases.includes(place.hint));
  const suggested = views.filter(isNamed);
  for (const view of [...suggested, ...views]) {
    const found = view.find(node, place);
    if (found) return { view, found };
  }
  return undefined;
}
