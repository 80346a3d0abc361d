import { useSyncExternalStore } from 'react';
import { basePath } from './basePath.ts';

export const views = ['waiting', 'unexecuted', 'unreported', 'search'] as const;
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

/** The open list and review, or another page instead of both, as the address says. */
export type Route = {
  view: View;
  nodeExecId: string | null;
  settings?: SettingsPage;
  isFigures?: boolean;
  /** Whether the standing approvals are open. */
  isStanding?: boolean;
  /** What the search or the figures show: a query such as `text=refund`. Absent: the last one. */
  query?: string;
};

/** Parameters of the address of a review, which are not part of a search. */
const ownParameters = ['id', 'in'];

const listeners = new Set<() => void>();
addEventListener('popstate', notify);

const lastQueries = { search: '', figures: '' };
let route = routeOf(location.pathname, location.search);

export const currentRoute = (): Route => route;
export const useRoute = (): Route => useSyncExternalStore(subscribe, currentRoute);

/** Browsers resolve these path segments, even if they are encoded. */
const dotSegments = ['.', '..'];

/** The address of a list, review or page, which can be shared. */
export function addressOf(route: Route): string {
  const { view, nodeExecId, settings, isFigures, isStanding, query } = route;
  if (settings) return `${basePath}settings/${settings}`;
  if (isStanding) return `${basePath}standing`;
  if (isFigures) return withQuery(`${basePath}figures`, query ?? lastQueries.figures);
  const search = view === 'search' ? (query ?? lastQueries.search) : '';
  if (nodeExecId === null) {
    return withQuery(view === 'waiting' ? basePath : basePath + view, search);
  }
  const isDots = dotSegments.includes(nodeExecId);
  const path = isDots ? `${basePath}r` : `${basePath}r/${encodeURIComponent(nodeExecId)}`;
  const own = new URLSearchParams({
    ...(isDots && { id: nodeExecId }),
    ...(view !== 'waiting' && { in: view }),
  });
  return withQuery(path, [own.toString(), search].filter(Boolean).join('&'));
}

const withQuery = (path: string, query: string): string =>
  query === '' ? path : `${path}?${query}`;

/**
 * Opens a list, review or page. Moving from one review to the next adds no entry to the browser's
 * history.
 * @param isSameEntry whether this goes on with the last change, such as typing another letter
 */
export function navigate(to: Route, isSameEntry = false): void {
  const address = addressOf(to);
  if (address === addressOf(route)) return;
  const isNextReview =
    route.nodeExecId !== null &&
    to.nodeExecId !== null &&
    route.settings === to.settings &&
    route.isFigures === to.isFigures &&
    route.isStanding === to.isStanding &&
    (to.query === undefined || route.query === to.query);
  history[isNextReview || isSameEntry ? 'replaceState' : 'pushState'](null, '', address);
  notify();
}

function routeOf(path: string, search: string): Route {
  const view = (name: string | null) => views.find((known) => known === name) ?? 'waiting';
  const parameters = new URLSearchParams(search);
  const local = path.slice(path.startsWith(basePath) ? basePath.length : 1);
  const settings = settingsPages.find((known) => local === `settings/${known}`);
  if (settings) return { view: 'waiting', nodeExecId: null, settings };
  if (local === 'standing') return { view: 'waiting', nodeExecId: null, isStanding: true };
  if (local === 'figures') {
    lastQueries.figures = queryOf(parameters);
    const query = lastQueries.figures;
    return { view: 'waiting', nodeExecId: null, isFigures: true, query };
  }
  const segment = /^r\/(.+)$/.exec(local)?.[1];
  const id = local === 'r' ? parameters.get('id') : segment && decoded(segment);
  const found: Route = id
    ? { view: view(parameters.get('in')), nodeExecId: id }
    : { view: view(local), nodeExecId: null };
  if (found.view !== 'search') return found;
  if (id) for (const name of ownParameters) parameters.delete(name);
  lastQueries.search = queryOf(parameters);
  return { ...found, query: lastQueries.search };
}

/** Commas and colons stay readable. */
function queryOf(parameters: URLSearchParams): string {
  return parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/** The query of a search or of figures, from its parameters. */
export const queryFrom = (entries: [string, string][]): string =>
  queryOf(new URLSearchParams(entries));

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
