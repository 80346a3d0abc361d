import { isBranch, type JsonNode } from '@holdpoint/client/json';
import { createContext, type ReactNode, useContext } from 'react';
import { count } from '../parts/format.ts';

/** The places of a payload that can be commented on, by their RFC 6901 pointers. */
export type Places = {
  /** How many comments point to a place. */
  counts: ReadonlyMap<string, number>;
  /** Starts a comment on a place. */
  comment(pointer: string): void;
};

/** Null where nothing can be commented on. */
export const PlacesContext = createContext<Places | null>(null);

/** Longer ones would only make the page heavy. */
const MAX_POINTER_CHARACTERS = 2_000;

/** The pointer to a member; undefined if the pointer to its object or array is. */
export function pointerTo(parent: string | undefined, key: string | number): string | undefined {
  if (parent === undefined) return undefined;
  if (typeof key === 'string' && key.length > MAX_POINTER_CHARACTERS) return undefined;
  const pointer = `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return pointer.length > MAX_POINTER_CHARACTERS ? undefined : pointer;
}

/** The pointer to a value of the payload; undefined for what is not in it, or cannot be commented on. */
export type PointerOf = (node: JsonNode) => string | undefined;

/**
 * Finds the pointers to all values of a payload. An object of which only some members are shown has
 * the pointer of the whole.
 */
export function pointersIn(root: JsonNode): PointerOf {
  const found = new Map<JsonNode, string>();
  const walk = (node: JsonNode, pointer: string) => {
    found.set(node, pointer);
    if (!isBranch(node)) return;
    for (const { key, value } of node.members) {
      const inner = pointerTo(pointer, key);
      if (inner !== undefined) walk(value, inner);
    }
  };
  walk(root, '');
  return (node) => {
    const pointer = found.get(node);
    if (pointer !== undefined || !isBranch(node)) return pointer;
    const [member] = node.members;
    const inner = member && found.get(member.value);
    return inner?.slice(0, inner.lastIndexOf('/'));
  };
}

/** A small button that comments on a place. It shows up with the pointer or the focus. */
export function Place({ pointer }: { pointer: string | undefined }): ReactNode {
  const places = useContext(PlacesContext);
  if (places === null || pointer === undefined) return null;
  const comments = places.counts.get(pointer) ?? 0;
  const name = `Comment on ${pointer === '' ? 'the whole' : pointer}`;
  return (
    <button
      type="button"
      className={comments > 0 ? 'place has-comments' : 'place'}
      data-pointer={pointer}
      aria-label={comments > 0 ? `${name}: ${count(comments, 'comment')}` : name}
      title={name}
      onClick={() => places.comment(pointer)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z" />
      </svg>
      {comments > 0 && comments}
    </button>
  );
}

/** Moves the focus to a place that is on the screen, and tells whether it is. */
export function focusPlace(pointer: string): boolean {
  const found = document.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(pointer)}"]`);
  found?.focus();
  found?.scrollIntoView({ block: 'center' });
  return found !== null;
}
