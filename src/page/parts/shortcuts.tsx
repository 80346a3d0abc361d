import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';

type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Keys that work while held. They only move, so they decide nothing. */
const repeatable = new Set(['j', 'k']);

/** What arrow keys stand for in a list. */
const arrows = new Map([
  ['ArrowDown', 'j'],
  ['ArrowUp', 'k'],
]);

/**
 * Keyboard shortcuts of the whole page, by the names that `keyOf` gives. They are ignored while
 * somebody types, in dialogs, with a modifier key, and while the key is held.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const pressed = keyOf(event);
      const key = arrows.get(pressed) ?? pressed;
      const act = Object.hasOwn(latest.current, key) ? latest.current[key] : undefined;
      if (!act || event.defaultPrevented || isComposing(event)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.repeat && !repeatable.has(key)) return;
      if (isTyping(event) || isDialogOpen()) return;
      if (arrows.has(pressed) && isElsewhere(event)) return;
      event.preventDefault();
      act(event);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

/** A letter or sign of another script. Key names such as `Enter` are Latin. */
const foreign = /^[\p{L}\p{M}]+$/u;
const latin = /\p{Script=Latin}/u;

/**
 * The name of a pressed key. A letter is upper case if Shift is held, whatever Caps Lock says. On
 * keyboards of other scripts the key's place stands for the Latin letter that is printed there.
 */
function keyOf({ key, code, shiftKey }: KeyboardEvent): string {
  const isForeign = foreign.test(key) && !latin.test(key);
  const letter = isForeign ? /^Key([A-Z])$/.exec(code)?.[1] : /^[a-z]$/i.exec(key)?.[0];
  if (letter === undefined) return key;
  return shiftKey ? letter.toUpperCase() : letter.toLowerCase();
}

/**
 * Whether the key belongs to an input method that composes text, as for Chinese or Japanese. Safari
 * reports the key that ends a composition only by its key code.
 */
export const isComposing = (event: { isComposing: boolean; keyCode: number }): boolean =>
  event.isComposing || event.keyCode === 229;

/** The JSON editor is inside a shadow root, which only the composed path shows. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Arrow keys scroll a review, and move within the controls outside the list. */
function isElsewhere({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target !== document.body && !target.closest('.list-pane');
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
