import type { JsonText } from '@holdpoint/client/json';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { type InputIssue, InvalidInputError } from '../input.ts';
import { namedFiles, namesFiles } from './namedFiles.ts';

const MAX_FILES = 100;
/** Of the files that a payload names. */
const MAX_BYTES = 20_000_000;

// Locks the rows that the job which removes files would delete, and renews them. $4: the review that
// names them already, if any.
const name = statement(
  'nameAttachments',
  `WITH allowed AS (
    SELECT a."digest", a."uploadedBy" FROM "Attachment" a
    WHERE a."userId" = $1 AND a."digest" = ANY ($2::text[]) AND (a."uploadedBy" = $3 OR EXISTS (
      SELECT FROM "PendingReview" r
      WHERE r."userId" = $1 AND r."nodeExecId" = $4 AND a."digest" = ANY (r."attachments")))
    ORDER BY a."digest", a."uploadedBy" FOR UPDATE OF a
  )
  UPDATE "Attachment" a SET "usedAt" = now() FROM allowed
  WHERE a."userId" = $1 AND a."digest" = allowed."digest" AND a."uploadedBy" = allowed."uploadedBy"
  RETURNING a."digest", a."size"`,
);

/** SQL: the digests that a review has in `column`, and those of the new payload. */
export const withNewFiles = (column: string, digests: string): string =>
  `CASE WHEN ${digests} IS NULL THEN ${column}
    ELSE ARRAY(SELECT DISTINCT unnest(coalesce(${column}, '{}') || ${digests})) END`;

/**
 * Checks the files that a payload names, and keeps them from being removed for a day. Those that the
 * actor uploaded can be named, and those that the review names already.
 * @param path of the payload in the input
 * @param nodeExecId the review whose payload is changed; null for a new one
 * @returns their digests; null if the payload names none
 * @throws InvalidInputError
 */
export async function nameFiles(
  database: Queries,
  { userId, actor }: Viewer,
  payload: JsonText,
  path: string,
  nodeExecId: string | null = null,
): Promise<string[] | null> {
  if (!namesFiles(payload)) return null;
  const { files, issues } = namedFiles(payload);
  const digests = [...new Set(files.map(({ digest }) => digest))].sort();
  if (digests.length > MAX_FILES) {
    issues.push({ path: '', message: `names ${digests.length} files, more than ${MAX_FILES}` });
  }
  if (issues.length > 0) throw new InvalidInputError(issues.map(below(path)));

  const values = [userId, digests, actor, nodeExecId];
  const rows = await database.query<{ digest: string; size: number }>(name, values);
  const sizes = new Map(rows.map(({ digest, size }) => [digest, size]));
  const missing = files.filter(({ digest }) => !sizes.has(digest));
  if (missing.length > 0) {
    const text = `is not a file that ${actor} uploaded: upload it first, with POST /attachments`;
    const found = missing.map((file) => ({ path: file.path, message: `${file.digest} ${text}` }));
    throw new InvalidInputError(found.map(below(path)));
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_BYTES) {
    const message = `names files of ${bytes} bytes in all, more than ${MAX_BYTES}`;
    throw new InvalidInputError([{ path, message }]);
  }
  return digests;
}

const below =
  (path: string) =>
  (issue: InputIssue): InputIssue => ({
    path: issue.path === '' ? path : `${path}.${issue.path}`,
    message: issue.message,
  });
