import { useSyncExternalStore } from 'react';
import type { Row } from './waitingReviews.ts';

/** Which waiting reviews the list shows: those the viewer may decide, all, or the claimed ones. */
export const scopes = ['mine', 'all', 'claimed'] as const;
export type Scope = (typeof scopes)[number];

const STORED_AS = 'holdpoint.scope';
const listeners = new Set<() => void>();
let scope = stored();

/** The scope of this browser tab, which outlives a reload. */
export function useScope(): [Scope, (chosen: Scope) => void] {
  return [useSyncExternalStore(subscribe, () => scope), choose];
}

/** The rows of a scope. */
export function rowsIn(rows: readonly Row[], chosen: Scope, actor: string | null): readonly Row[] {
  if (chosen === 'mine') return rows.filter(({ mayDecide }) => mayDecide);
  if (chosen === 'claimed') return rows.filter(({ claimedBy }) => claimedBy === actor);
  return rows;
}

function choose(chosen: Scope): void {
  scope = chosen;
  try {
    sessionStorage.setItem(STORED_AS, chosen);
  } catch {}
  for (const listener of listeners) listener();
}

function stored(): Scope {
  try {
    const found = sessionStorage.getItem(STORED_AS);
    return scopes.find((known) => known === found) ?? 'mine';
  } catch {
    return 'mine';
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
