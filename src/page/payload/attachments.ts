import { createContext, useContext } from 'react';

/** A file that a payload names by its digest. */
export type AttachedFile = {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly path: string;
};

/** The attachments of the payload that is shown, and how their bytes are read. */
export type Attachments = {
  readonly files: readonly AttachedFile[];
  load(path: string, signal?: AbortSignal): Promise<Blob>;
};

const none: Attachments = {
  files: [],
  load: () => Promise.reject(new Error('Attachments are not available here')),
};

export const AttachmentsContext = createContext<Attachments>(none);

export const useAttachments = (): Attachments => useContext(AttachmentsContext);

export const sayProblem = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
