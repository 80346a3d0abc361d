import { type ReactNode, useEffect, useState } from 'react';
import { sayProblem, useAttachments } from '../attachments.ts';
import { LongText } from '../Text.tsx';
import { DownloadButton, FileCard, isShownImage } from './FileCard.tsx';
import { type Found, membersOf, shortText, type View, without } from './view.ts';

const MAX_NAME_CHARACTERS = 255;

/** A file that the payload names by its digest: `{ "$attachment": "sha256:…", "name": "…" }`. */
export const attachment: View = {
  name: 'attachment',
  title: 'Attachment',
  find(node): Found | undefined {
    const members = membersOf(node);
    const digest = members?.get('$attachment');
    if (members === undefined || node.kind !== 'object' || digest?.kind !== 'string')
      return undefined;
    if (!/^sha256:[0-9a-f]{64}$/.test(digest.value)) return undefined;
    const nameNode = members.get('name');
    // In JSON inside a text, which the service has not checked, a name may be longer.
    const name = shortText(nameNode, MAX_NAME_CHARACTERS);
    const shown = new Set(name === undefined ? [digest] : [digest, nameNode]);
    return {
      rest: without(node, shown),
      show: <AttachmentView digest={digest.value} name={name} />,
    };
  },
};

type Props = { readonly digest: string; readonly name: string | undefined };

function AttachmentView({ digest, name }: Props): ReactNode {
  const { files, load } = useAttachments();
  const file = files.find((one) => one.digest === digest);
  const path = file?.path;
  const isImage = file !== undefined && isShownImage(file.mediaType);
  const [image, setImage] = useState<string>();
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!isImage || path === undefined) return;
    const unwanted = new AbortController();
    let address: string | undefined;
    load(path, unwanted.signal)
      .then((bytes) => {
        if (unwanted.signal.aborted) return;
        // The type says what to draw: only one of the known image formats.
        address = URL.createObjectURL(new Blob([bytes], { type: file?.mediaType }));
        setImage(address);
      })
      .catch((error: unknown) => {
        if (!unwanted.signal.aborted) setProblem(sayProblem(error));
      });
    return () => {
      unwanted.abort();
      if (address !== undefined) URL.revokeObjectURL(address);
      setImage(undefined);
    };
  }, [isImage, path, file?.mediaType, load]);
  return (
    <>
      {file === undefined ? (
        <p className="notice warns" role="note">
          The attachment{' '}
          {name !== undefined && (
            <>
              “<LongText text={name} maxCharacters={200} />”{' '}
            </>
          )}
          can't be shown here.
        </p>
      ) : (
        <FileCard
          name={name}
          mediaType={file.mediaType}
          bytes={file.bytes}
          image={image}
          action={<DownloadButton name={name ?? 'attachment'} load={() => load(file.path)} />}
        />
      )}
      {problem !== null && <p className="problem">The image could not be loaded: {problem}</p>}
      <p className="muted digest">{digest}</p>
    </>
  );
}
