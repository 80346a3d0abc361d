import { type ReactNode, useSyncExternalStore } from 'react';

const SHOWN_MS = 6_000;

let current = { text: '', number: 0 };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Shows a short message, which screen readers announce. */
export function announce(text: string): void {
  clearTimeout(timer);
  show(text);
  timer = setTimeout(show, SHOWN_MS, '');
}

function show(text: string): void {
  current = { text, number: current.number + 1 };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer(): ReactNode {
  const { text, number } = useSyncExternalStore(subscribe, () => current);
  return (
    <div className="announcer" role="status" aria-live="polite">
      {text !== '' && <p key={number}>{text}</p>}
    </div>
  );
}
