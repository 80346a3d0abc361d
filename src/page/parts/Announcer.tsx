import { type ReactNode, useSyncExternalStore } from 'react';

const SHOWN_MS = 6_000;

let said: { text: string; number: number } = { text: '', number: 0 };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Tells what happened, to the eye and to a screen reader. */
export function announce(text: string): void {
  clearTimeout(timer);
  become(text);
  timer = setTimeout(() => become(''), SHOWN_MS);
}

function become(text: string): void {
  said = { text, number: said.number + 1 };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer(): ReactNode {
  const { text, number } = useSyncExternalStore(subscribe, () => said);
  return (
    <div className="announcer" role="status" aria-live="polite">
      {text !== '' && <p key={number}>{text}</p>}
    </div>
  );
}
