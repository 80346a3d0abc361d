import { type ReactNode, useMemo } from 'react';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';
import { type Places, PlacesContext } from '../payload/places.tsx';
import { focusComposer } from './CommentBox.tsx';
import type { Talk } from './useTalk.ts';

type Props = { review: Detail; talk: Talk; mayComment: boolean; children: ReactNode };

/** Lets the reviewer comment on the places of the payload inside it. */
export function PlacesOf({ review, talk, mayComment, children }: Props): ReactNode {
  const { drafts } = usePage();
  const { nodeExecId, revision } = review;
  const places = useMemo<Places | null>(() => {
    if (!mayComment) return null;
    const counts = new Map<string, number>();
    for (const { pointer, revision: its } of talk.comments ?? []) {
      if (pointer === null || its !== revision) continue;
      counts.set(pointer, (counts.get(pointer) ?? 0) + 1);
    }
    return {
      counts,
      comment(pointer) {
        const text = drafts.get(nodeExecId).comment?.text ?? '';
        drafts.change(nodeExecId, { comment: { text, pointer } });
        focusComposer();
      },
    };
  }, [talk.comments, mayComment, drafts, nodeExecId, revision]);
  return <PlacesContext value={places}>{children}</PlacesContext>;
}
