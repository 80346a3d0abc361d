import { useSyncExternalStore } from 'react';
import { facets, type ListFilter, noFilter } from './filter.ts';
import { type Order, orders } from './items.ts';

/** How the waiting reviews are filtered and ordered. */
export type ListChoice = { filter: ListFilter; order: Order };

const STORED_AS = 'holdpoint.list';
const listeners = new Set<() => void>();
let choice = stored();

/** The choice of this browser tab, which outlives a reload. */
export function useListChoice(): [ListChoice, (change: Partial<ListChoice>) => void] {
  return [useSyncExternalStore(subscribe, () => choice), change];
}

function change(some: Partial<ListChoice>): void {
  choice = { ...choice, ...some };
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify(choice));
  } catch {}
  for (const listener of listeners) listener();
}

/** Anything else that was stored, such as by another version of the page, is ignored. */
function stored(): ListChoice {
  const filter: Record<string, unknown> = { ...noFilter };
  let order: Order = 'newest';
  try {
    const found = JSON.parse(sessionStorage.getItem(STORED_AS) ?? '{}');
    order = orders.find((known) => known === found.order) ?? order;
    if (typeof found.filter.text === 'string') filter['text'] = found.filter.text;
    for (const facet of facets) {
      const values: unknown = found.filter[facet];
      if (Array.isArray(values)) {
        filter[facet] = values.filter((value) => typeof value === 'string');
      }
    }
  } catch {}
  return { filter: filter as ListFilter, order };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
