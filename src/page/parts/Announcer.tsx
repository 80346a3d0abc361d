import { type ReactNode, useSyncExternalStore } from 'react';

const SHOWN_MS = 6_000;

let current = { text: '', isShown: true, number: 0 };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/**
 * Shows a short message, which screen readers announce.
 * @param options `isShown: false` if the page shows it elsewhere: then it is only announced
 */
export function announce(text: string, { isShown = true } = {}): void {
  clearTimeout(timer);
  show(text, isShown);
  timer = setTimeout(show, SHOWN_MS, '', true);
}

function show(text: string, isShown: boolean): void {
  current = { text, isShown, number: current.number + 1 };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer(): ReactNode {
  const { text, isShown, number } = useSyncExternalStore(subscribe, () => current);
  return (
    <div className="announcer" role="status" aria-live="polite">
      {text !== '' && (
        <p key={number} className={isShown ? undefined : 'visually-hidden'}>
          {text}
        </p>
      )}
    </div>
  );
}
