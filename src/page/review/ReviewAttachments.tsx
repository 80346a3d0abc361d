import { type ReactNode, useMemo } from 'react';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';
import { type AttachedFile, AttachmentsContext } from '../payload/attachments.ts';

type Props = {
  readonly review: Detail & { readonly attachments?: readonly AttachedFile[] };
  readonly children: ReactNode;
};

const none: readonly AttachedFile[] = [];

/** Lets the views of a payload read the files that it names, as whoever is signed in. */
export function ReviewAttachments({ review, children }: Props): ReactNode {
  const { session } = usePage();
  const files = review.attachments ?? none;
  const value = useMemo(
    () => ({
      files,
      async load(path: string, signal?: AbortSignal) {
        const { authorization } = session;
        const response = await fetch(new URL(path, location.origin), {
          headers: authorization === null ? {} : { authorization },
          signal: signal ?? null,
        });
        if (!response.ok) throw new Error(`the service answered with status ${response.status}`);
        return response.blob();
      },
    }),
    [files, session],
  );
  return <AttachmentsContext value={value}>{children}</AttachmentsContext>;
}
