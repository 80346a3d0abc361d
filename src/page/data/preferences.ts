import { useSyncExternalStore } from 'react';

const STORED_AS = 'holdpoint.nextAfterDeciding';
const listeners = new Set<() => void>();
let opensNext = stored();

/** Whether the next review opens after a decision. It does unless that is turned off here. */
export const doesOpenNext = (): boolean => opensNext;

export function useOpensNext(): [boolean, (opens: boolean) => void] {
  return [useSyncExternalStore(subscribe, doesOpenNext), choose];
}

function choose(opens: boolean): void {
  opensNext = opens;
  try {
    localStorage.setItem(STORED_AS, opens ? 'on' : 'off');
  } catch {}
  for (const listener of listeners) listener();
}

function stored(): boolean {
  try {
    return localStorage.getItem(STORED_AS) !== 'off';
  } catch {
    return true;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
