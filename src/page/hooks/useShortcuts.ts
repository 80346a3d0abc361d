import { useEffect, useRef } from 'react';

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Keys that may be held: they decide nothing. */
const repeatable = new Set(['j', 'k', 'ArrowDown', 'ArrowUp']);

/**
 * Keys of the whole page, by `event.key`. None fires while somebody types, in a dialog or menu, with a modifier, or, but for moving,
 * from a key that is held.
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
      if (isTyping(event) || isSomethingOpen()) return;
      event.preventDefault();
      act(event);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** The editor is inside a shadow root: only the path tells. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

const isSomethingOpen = (): boolean =>
  document.querySelector('[data-open]:is([role="dialog"], [role="alertdialog"])') !== null;
