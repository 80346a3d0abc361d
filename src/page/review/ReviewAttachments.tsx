import { type ReactNode, useMemo } from 'react';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';
import { AttachmentsContext } from '../payload/attachments.ts';

type Props = { readonly review: Detail; readonly children: ReactNode };

/** Lets the views of a payload read the files that it names, as whoever is signed in. */
export function ReviewAttachments({ review: { attachments }, children }: Props): ReactNode {
  const { session } = usePage();
  const value = useMemo(
    () => ({
      files: attachments,
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
    [attachments, session],
  );
  return <AttachmentsContext value={value}>{children}</AttachmentsContext>;
}
