import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';

type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Keys that work while held. They only move, so they decide nothing. */
const repeatable = new Set(['j', 'k', 'ArrowDown', 'ArrowUp']);

/**
 * Keyboard shortcuts of the whole page, by `event.key`. They are ignored while somebody types, in
 * dialogs, with a modifier key, and while the key is held.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (!act || event.defaultPrevented || event.isComposing) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.repeat && !repeatable.has(event.key)) return;
      if (isTyping(event) || isDialogOpen()) return;
      event.preventDefault();
      act(event);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** The JSON editor is inside a shadow root, which only the composed path shows. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

const isDialogOpen = (): boolean =>
  document.querySelector('[data-open]:is([role="dialog"], [role="alertdialog"])') !== null;

/** The shortcut of a button, shown beside its text. */
export const Key = ({ children }: { children: string }): ReactNode => (
  <span className="key" aria-hidden="true">
    {children}
  </span>
);

/** Handles a click on a link within the page. Modified clicks open a new tab, as usual. */
export const onPlainClick = (act: () => void) => (event: MouseEvent) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  act();
};
