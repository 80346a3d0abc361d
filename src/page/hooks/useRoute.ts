import { useSyncExternalStore } from 'react';

export const views = ['waiting', 'unexecuted', 'unreported'] as const;
export type View = (typeof views)[number];

/** What the address says: which list, and which review is open. */
export type Route = { view: View; nodeExecId: string | null };

const listeners = new Set<() => void>();
addEventListener('popstate', tellAll);

let route = routeOf(location.pathname, location.search);

export const useRoute = (): Route => useSyncExternalStore(subscribe, () => route);

/** The address of a list or a review, to be sent to somebody. */
export function addressOf({ view, nodeExecId }: Route): string {
  if (nodeExecId === null) return view === 'waiting' ? '/' : `/${view}`;
  const address = `/r/${encodeURIComponent(nodeExecId)}`;
  return view === 'waiting' ? address : `${address}?in=${view}`;
}

/** Goes there. From a review to the next one is no step back in the browser's history; opening the first one is. */
export function go(to: Route): void {
  const isStep = route.nodeExecId === null || to.nodeExecId === null;
  const address = addressOf(to);
  if (address === addressOf(route)) return;
  history[isStep ? 'pushState' : 'replaceState'](null, '', address);
  tellAll();
}

function routeOf(path: string, search: string): Route {
  const view = (name: string | null) => views.find((known) => known === name) ?? 'waiting';
  const id = /^\/r\/(.+)$/.exec(path)?.[1];
  if (id === undefined) return { view: view(path.slice(1)), nodeExecId: null };
  return { view: view(new URLSearchParams(search).get('in')), nodeExecId: decoded(id) };
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

function tellAll(): void {
  route = routeOf(location.pathname, location.search);
  for (const listener of listeners) listener();
}
