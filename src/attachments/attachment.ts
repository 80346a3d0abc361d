import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';

// A file belongs to the actor that uploaded it, and is stored once for each. A review has in its row
// the digests of all files that its payloads have ever named, so a file is in use for as long as one
// of them has its digest there. Naming a file renews it for a day before the review is written, so
// that it is not removed in between.

export const MAX_ATTACHMENT_BYTES = 5_000_000;

/** What is known about a file, apart from its bytes. */
export type StoredFile = {
  digest: string;
  uploadedBy: string;
  mediaType: string;
  size: number;
};

const upload = statement(
  'uploadAttachment',
  `INSERT INTO "Attachment" ("userId", "digest", "uploadedBy", "mediaType", "bytes")
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ("userId", "digest", "uploadedBy") DO UPDATE SET "usedAt" = now()
  RETURNING "digest", "uploadedBy", "mediaType", "size"`,
);

/**
 * Stores a file. If the actor has uploaded the same bytes before, that file is renewed, with the
 * media type that it had.
 */
export async function uploadAttachment(
  database: Queries,
  { userId, actor }: Viewer,
  file: { digest: string; mediaType: string; bytes: Buffer },
): Promise<StoredFile> {
  const values = [userId, file.digest, actor, file.mediaType, file.bytes];
  const [stored] = await database.query<StoredFile>(upload, values);
  return stored as StoredFile;
}

// The file that the viewer uploaded comes first. $4: whether the viewer sees the whole workspace. The
// reviews are looked up by the index of attachments, unlike with EXISTS: see removeUnused.ts.
const read = statement(
  'readAttachment',
  `SELECT a."mediaType", a."bytes" FROM "Attachment" a
  WHERE a."userId" = $1 AND a."digest" = $2 AND (a."uploadedBy" = $3 OR $4::boolean OR (
    SELECT bool_or(r."requestedBy" = $3 OR $3 = ANY (r."consumers")) FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."attachments" @> ARRAY[$2]))
  ORDER BY a."uploadedBy" <> $3, a."createdAt", a."uploadedBy" LIMIT 1`,
);

/**
 * Reads a file for whoever sees the whole workspace, uploaded the file, or requested or may consume
 * a review that names it.
 * @returns undefined if there is no such file, or the viewer may not have it
 */
export async function readAttachment(
  database: Queries,
  viewer: Viewer,
  digest: string,
): Promise<{ mediaType: string; bytes: Buffer } | undefined> {
  const { userId, actor } = viewer;
  const values = [userId, digest, actor, limitedTo(viewer) === null];
  const [file] = await database.query<{ mediaType: string; bytes: Buffer }>(read, values);
  return file;
}

const readFiles = statement(
  'readAttachments',
  `SELECT "digest", "uploadedBy", "mediaType", "size" FROM "Attachment"
  WHERE "userId" = $1 AND "digest" = ANY ($2::text[])
  ORDER BY "createdAt", "uploadedBy"`,
);

/** @returns the files with each digest, the oldest first, in the order of the digests */
export async function loadFiles(
  database: Queries,
  userId: string,
  digests: readonly string[],
): Promise<StoredFile[][]> {
  const rows = await database.query<StoredFile>(readFiles, [userId, [...new Set(digests)]]);
  const found = Map.groupBy(rows, ({ digest }) => digest);
  return digests.map((digest) => found.get(digest) ?? []);
}
