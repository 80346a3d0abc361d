import type { JsonNode } from '@holdpoint/client/json';
import type { ReactNode } from 'react';
import { DownloadButton, FileCard, isShownImage } from './FileCard.tsx';
import {
  type Found,
  firstOf,
  membersOf,
  type Place,
  shortText,
  textBeside,
  type View,
  without,
} from './view.ts';

/** A file inside the payload, as a data URI or as the base64 content of a tool's result. */
export const embeddedFile: View = {
  name: 'file',
  title: 'File',
  aliases: ['image'],
  find(node, place): Found | undefined {
    if (node.kind === 'string') {
      const head = /^data:([\w.+-]+\/[\w.+-]+)(?:;charset=[\w.-]+)?;base64,/.exec(
        node.value.slice(0, 300),
      );
      if (!head) return undefined;
      return shownFile(node.value.slice(head[0].length), head[1] ?? '', nameBeside(place));
    }
    const members = membersOf(node);
    const data = members?.get('data') ?? members?.get('content');
    if (members === undefined || node.kind !== 'object' || data?.kind !== 'string') {
      return undefined;
    }
    const [, typeNode] = firstOf(members, ['mimeType', 'media_type', 'content_type']) ?? [];
    const [, nameNode] = firstOf(members, ['filename', 'name']) ?? [];
    const [type, name] = [shortText(typeNode), shortText(nameNode)];
    if (type === undefined || data.value.length < 40 || !/^[\w.+-]+\/[\w.+-]+$/.test(type)) {
      return undefined;
    }
    const found = shownFile(data.value, type, name);
    const shown = new Set<JsonNode | undefined>([
      data,
      typeNode,
      name === undefined ? undefined : nameNode,
    ]);
    return found && { ...found, rest: without(node, shown) };
  },
};

const nameBeside = (place: Place): string | undefined =>
  textBeside(place, ['filename', 'file_name', 'name', 'title']);

function shownFile(base64: string, type: string, name: string | undefined): Found | undefined {
  // All of it: browsers skip white space, and words behind the file could hide between it.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  return {
    title: isShownImage(type) ? 'Image' : 'File',
    show: <EmbeddedFile {...{ base64, type, name }} />,
  };
}

type EmbeddedFileProps = { base64: string; type: string; name: string | undefined };

export function EmbeddedFile({ base64, type, name }: EmbeddedFileProps): ReactNode {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = Math.floor((base64.length * 3) / 4) - padding;
  return (
    <FileCard
      name={name}
      mediaType={type}
      bytes={bytes}
      image={isShownImage(type) ? `data:${type};base64,${base64}` : undefined}
      action={
        <DownloadButton
          name={name ?? 'file'}
          load={async () => new Blob([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))])}
        />
      }
    />
  );
}
