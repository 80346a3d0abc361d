import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { misleads } from '../../text/characters.ts';
import type { Marks } from '../../text/marks.ts';
import { useInWorker } from '../worker/inWorker.ts';

/** Marks a button that opens a fold with something misleading in it. */
const attributes = { 'data-hides-misleading': '' } as const;

/**
 * The folds that hide something misleading: invisible characters, lookalikes or reordered text.
 * Each reports itself, and until it has been opened once, nothing is approved. A fold that
 * disappears because another one is closed around it still counts.
 */
export class Folds {
  readonly #unopened = new Map<unknown, symbol>();
  readonly #opened = new Set<unknown>();
  readonly #listeners = new Set<() => void>();

  hide(what: unknown, view: symbol): void {
    if (!this.#opened.has(what)) this.#unopened.set(what, view);
    this.#notify();
  }

  open(what: unknown): void {
    this.#unopened.delete(what);
    this.#opened.add(what);
    this.#notify();
  }

  /** A view is gone, with all of its folds. */
  forget(view: symbol): void {
    for (const [what, its] of this.#unopened) if (its === view) this.#unopened.delete(what);
    this.#notify();
  }

  readonly hasUnopened = (): boolean => this.#unopened.size > 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const Surrounding = createContext<{ folds: Folds; view: symbol } | null>(null);

type FoldsOfProps = { readonly folds: Folds; readonly children: ReactNode };

/** Collects the folds inside it. */
export function FoldsOf({ folds, children }: FoldsOfProps): ReactNode {
  const value = useMemo(() => ({ folds, view: Symbol() }), [folds]);
  return <Surrounding value={value}>{children}</Surrounding>;
}

/** A view of the content: when it is replaced by another one, its folds no longer count. */
export function FoldView({ children }: { readonly children: ReactNode }): ReactNode {
  const folds = useContext(Surrounding)?.folds;
  const [view] = useState(() => Symbol());
  const value = useMemo(() => (folds ? { folds, view } : null), [folds, view]);
  useEffect(() => () => folds?.forget(view), [folds, view]);
  return <Surrounding value={value}>{children}</Surrounding>;
}

/** Looking through a longer text takes so long that the worker does it. */
const MAX_LOOKED_AT = 50_000;

/**
 * Whether a part of a text misleads, if it is folded.
 *
 * @returns undefined until it is known. If finding out takes too long, it does
 */
export function useMisleads(
  isFolded: boolean,
  text: string,
  { from = 0, to = text.length, marks }: { from?: number; to?: number; marks?: Marks | undefined },
): boolean | undefined {
  const isLong = isFolded && marks === undefined && to - from > MAX_LOOKED_AT;
  const long = useMemo(() => (isLong ? text.slice(from, to) : ''), [isLong, text, from, to]);
  const found = useInWorker(isLong ? 'misleads' : null, long);
  const isMisleading = useMemo(
    () => isFolded && !isLong && misleads(text, { from, to, marks }),
    [isFolded, isLong, text, from, to, marks],
  );
  if (!isLong) return isMisleading;
  return found === null ? true : found;
}

/**
 * Reports a fold.
 *
 * @param what what is folded, the same on every render
 * @param hidesMisleading undefined counts as true until it is known
 * @returns attributes for the button that opens the fold
 */
export function useFold(
  what: unknown,
  hidesMisleading: boolean | undefined,
): Partial<typeof attributes> {
  const surrounding = useContext(Surrounding);
  // The same text may also be elsewhere, without a mark: only the fold that hid it can open it.
  const hidden = useRef<unknown>(undefined);
  useEffect(() => {
    if (hidesMisleading !== false) surrounding?.folds.hide(what, surrounding.view);
    else if (hidden.current === what) surrounding?.folds.open(what);
    hidden.current = hidesMisleading === false ? undefined : what;
  }, [surrounding, what, hidesMisleading]);
  return hidesMisleading ? attributes : {};
}

/** Whether a fold that hides something misleading has never been opened. */
export function useHasUnopened(folds: Folds): boolean {
  return useSyncExternalStore(folds.subscribe, folds.hasUnopened);
}

/** Moves the focus to the first fold in an element that hides something misleading. */
export function focusFold(within: Element | null | undefined): void {
  const folds = [...(within?.querySelectorAll<HTMLElement>('[data-hides-misleading]') ?? [])];
  // The heads of a table are repeated in its cells for phones, and one of the two is not displayed.
  const fold = folds.find((one) => one.closest('details:not([open])') || one.checkVisibility());
  const details = fold?.closest('details');
  if (details) details.open = true;
  fold?.focus();
  fold?.scrollIntoView({ block: 'center' });
}

/** Why nothing can be approved while a fold is unopened. */
export const unopenedReason =
  'A folded part contains invisible characters or lookalikes. Show it before you approve.';
