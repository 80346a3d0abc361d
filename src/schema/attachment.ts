import type { JsonText } from '@holdpoint/client/json';
import type { StoredFile } from '../attachments/attachment.ts';
import { namedFiles, namesFiles } from '../attachments/namedFiles.ts';
import type { AnyReview } from '../reviews/review.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { payloadIn } from './payload.ts';
import { PendingReview } from './pendingReview.ts';

type NamedAttachment = StoredFile & { name: string | null };

const Attachment = builder.objectRef<NamedAttachment>('Attachment').implement({
  description: 'A file that the payload names by its digest, so that an approval covers it.',
  fields: (t) => ({
    digest: t.exposeString('digest', {
      description:
        'SHA-256 digest of its bytes, as the payload has it: `sha256:` and 64 hex digits.',
    }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'Its name in the payload. Null: it has none.',
    }),
    mediaType: t.exposeString('mediaType', {
      description: 'Its type, such as `image/png`, as its uploader says. Nobody checked it.',
    }),
    bytes: t.exposeInt('size', { description: 'Its size in bytes.' }),
    path: t.string({
      description:
        'Where it can be read with the same token or session: a path on the host of the service.',
      resolve: ({ digest }, _args, { pathPrefix }) => `${pathPrefix}/attachments/${digest}`,
    }),
  }),
});

builder.prismaObjectFields(PendingReview, (t) => ({
  attachments: t.field({
    type: [Attachment],
    description:
      'The files that the payload names, in its order. One that is there twice is listed once.',
    resolve: async (review, _args, context) => {
      const payload = await payloadIn(review, context);
      return namesFiles(payload) ? loadAttachments(review, payload, context) : [];
    },
  }),
}));

/** Of several actors that uploaded the same file, the agent's upload is the one that counts. */
async function loadAttachments(
  { requestedBy }: AnyReview,
  payload: JsonText,
  { loaders }: Context,
): Promise<NamedAttachment[]> {
  const { files } = namedFiles(payload);
  const names = new Map(files.toReversed().map(({ digest, name }) => [digest, name]));
  const digests = [...new Set(files.map(({ digest }) => digest))];
  const uploads = await Promise.all(digests.map((digest) => loaders.files.load(digest)));
  return digests.flatMap((digest, at) => {
    const all = uploads[at] ?? [];
    const file = all.find(({ uploadedBy }) => uploadedBy === requestedBy) ?? all[0];
    return file ? [{ ...file, name: names.get(digest) ?? null }] : [];
  });
}
