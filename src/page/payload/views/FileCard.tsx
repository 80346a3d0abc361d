import { type ReactNode, useState } from 'react';
import { LongText } from '../Text.tsx';
import { sizeOf } from './shortValues.ts';

/** The only kinds of files that are shown. Others could contain scripts, or load something. */
export const isShownImage = (mediaType: string): boolean =>
  /^image\/(?:png|jpeg|webp|gif)$/.test(mediaType);

type FileCardProps = {
  readonly name: string | undefined;
  readonly mediaType: string;
  readonly bytes: number;
  /** The address of the image to show. */
  readonly image?: string | undefined;
  readonly action?: ReactNode;
};

/** A file: its name, type and size, and the image if it is one. */
export function FileCard({ name, mediaType, bytes, image, action }: FileCardProps): ReactNode {
  const [isBroken, setBroken] = useState(false);
  return (
    <figure className="file-card">
      {image !== undefined && !isBroken && (
        <img
          src={image}
          alt={`Shown as the payload has it${name === undefined ? '' : `: ${name.slice(0, 200)}`}`}
          decoding="async"
          onError={() => setBroken(true)}
        />
      )}
      <figcaption>
        <strong>
          <LongText text={name ?? 'File without a name'} maxCharacters={200} />
        </strong>
        <span className="muted">
          <LongText text={mediaType} maxCharacters={100} />,{' '}
          {sizeOf(String(bytes)) ?? `${bytes} bytes`}
          {isBroken && ', cannot be shown as an image'}
        </span>
        {action}
      </figcaption>
    </figure>
  );
}

type DownloadButtonProps = { readonly name: string; load(): Promise<Blob> };

/** Saves a file under its name. It is never opened here. */
export function DownloadButton({ name, load }: DownloadButtonProps): ReactNode {
  const [problem, setProblem] = useState<string | null>(null);
  const save = async () => {
    try {
      const address = URL.createObjectURL(
        new Blob([await load()], { type: 'application/octet-stream' }),
      );
      const link = document.createElement('a');
      link.href = address;
      link.download = safeName(name);
      link.click();
      // The browser reads it after the click.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <button type="button" className="button small" onClick={() => void save()}>
        Download
      </button>
      {problem !== null && (
        <span className="problem" role="alert">
          It could not be downloaded: {problem}
        </span>
      )}
    </>
  );
}

/** A name without what reorders it or leads into another folder. */
const safeName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(0, 200) || 'file';
