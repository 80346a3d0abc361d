import { useMemo, useSyncExternalStore } from 'react';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';

/** Longer payloads are not searched, because every letter that is typed searches all of them. */
const MAX_CHARACTERS = 50_000;

const none: ReadonlyMap<string, string> = new Map();
const texts = new WeakMap<Detail, string>();
const subscribeToNothing = () => () => {};

/** The payloads that the page has loaded, by review, in lower case. Empty unless wanted. */
export function useLoadedPayloads(isWanted: boolean): ReadonlyMap<string, string> {
  const { details } = usePage();
  const subscribe = isWanted ? details.subscribeToAll : subscribeToNothing;
  const changes = useSyncExternalStore(subscribe, details.changes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the reviews follow the changes
  return useMemo(() => {
    if (!isWanted) return none;
    const found = new Map<string, string>();
    for (const review of details.loaded()) {
      if (review.payload.length <= MAX_CHARACTERS) found.set(review.nodeExecId, textOf(review));
    }
    return found;
  }, [details, isWanted, changes]);
}

function textOf(review: Detail): string {
  const known = texts.get(review);
  if (known !== undefined) return known;
  const text = review.payload.replace(/\\u([\da-f]{4})/gi, unescaped).toLowerCase();
  texts.set(review, text);
  return text;
}

const unescaped = (_escape: string, code: string): string =>
  String.fromCharCode(Number.parseInt(code, 16));
