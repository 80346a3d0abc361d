import { useSyncExternalStore } from 'react';
import { basePath } from './basePath.ts';

export const views = ['waiting', 'unexecuted', 'unreported'] as const;
export type View = (typeof views)[number];

export const settingsPages = [
  'policy',
  'members',
  'teams',
  'tokens',
  'delegations',
  'changes',
] as const;
export type SettingsPage = (typeof settingsPages)[number];

/** The open list and review, or settings instead of both, as the address says. */
export type Route = { view: View; nodeExecId: string | null; settings?: SettingsPage };

const listeners = new Set<() => void>();
addEventListener('popstate', notify);

let route = routeOf(location.pathname, location.search);

export const useRoute = (): Route => useSyncExternalStore(subscribe, () => route);

/** Browsers resolve these path segments, even if they are encoded. */
const dotSegments = ['.', '..'];

/** The address of a list or review, which can be shared. */
export function addressOf({ view, nodeExecId, settings }: Route): string {
  if (settings) return `${basePath}settings/${settings}`;
  if (nodeExecId === null) return view === 'waiting' ? basePath : basePath + view;
  const isDots = dotSegments.includes(nodeExecId);
  const path = isDots ? `${basePath}r` : `${basePath}r/${encodeURIComponent(nodeExecId)}`;
  const search = new URLSearchParams({
    ...(isDots && { id: nodeExecId }),
    ...(view !== 'waiting' && { in: view }),
  });
  return search.size === 0 ? path : `${path}?${search}`;
}

/**
 * Opens a list or review. Moving from one review to the next adds no entry to the browser's
 * history.
 */
export function navigate(to: Route): void {
  const isNewEntry =
    route.settings !== to.settings || route.nodeExecId === null || to.nodeExecId === null;
  const address = addressOf(to);
  if (address === addressOf(route)) return;
  history[isNewEntry ? 'pushState' : 'replaceState'](null, '', address);
  notify();
}

function routeOf(path: string, search: string): Route {
  const view = (name: string | null) => views.find((known) => known === name) ?? 'waiting';
  const parameters = new URLSearchParams(search);
  const local = path.slice(path.startsWith(basePath) ? basePath.length : 1);
  const settings = settingsPages.find((known) => local === `settings/${known}`);
  if (settings) return { view: 'waiting', nodeExecId: null, settings };
  const segment = /^r\/(.+)$/.exec(local)?.[1];
  const id = local === 'r' ? parameters.get('id') : segment && decoded(segment);
  if (!id) return { view: view(local), nodeExecId: null };
  return { view: view(parameters.get('in')), nodeExecId: id };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(): void {
  route = routeOf(location.pathname, location.search);
  for (const listener of listeners) listener();
}
