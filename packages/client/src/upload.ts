import type { WorkspaceQuota } from './generated/graphql.ts';
import { type GraphqlError, postBody, refusalOf } from './post.ts';
import { InvalidInputError, QuotaExceededError } from './problems.ts';

const MAX_BYTES = 5_000_000;

/** The bytes of a file, such as a Buffer. */
export type Bytes = Uint8Array | ArrayBuffer;

/** What the service says about an uploaded file. */
export type Upload = { digest: string; bytes: number; mediaType: string };

export type UploadOptions = {
  /** Such as `image/png`. Browsers show PNG, JPEG, WebP, GIF and plain text. */
  mediaType?: string;
  /** The file name that reviewers see. */
  name?: string;
  signal?: AbortSignal | undefined;
};

/** What a payload names a file with. */
export type AttachmentObject = { $attachment: string; name?: string };

export const attachmentOf = (digest: string, name?: string): AttachmentObject => ({
  $attachment: digest,
  ...(name !== undefined && { name }),
});

/** @throws InvalidInputError for what the service would refuse */
export function checkUpload(bytes: Bytes, { mediaType }: UploadOptions): void {
  const { byteLength } = bytes;
  const issues = [];
  if (byteLength === 0 || byteLength > MAX_BYTES) {
    const message = `must be 1 to ${MAX_BYTES} bytes, not ${byteLength}`;
    issues.push({ path: 'bytes', message });
  }
  if (mediaType !== undefined && !/^[\x21-\x2e\x30-\x7e]+\/[\x20-\x7e]+$/.test(mediaType)) {
    const message = `must be a media type such as image/png, not ${JSON.stringify(mediaType)}`;
    issues.push({ path: 'mediaType', message });
  }
  if (issues.length > 0) throw new InvalidInputError(issues);
}

type Answer = Upload | { errors: readonly [GraphqlError] };

const isAnswer = (answer: object): answer is Answer => 'digest' in answer || 'errors' in answer;

/**
 * Uploads a file, beside the GraphQL endpoint.
 * @throws UnreachableError, RefusedError, QuotaExceededError
 */
export async function upload(
  endpoint: string,
  authorization: string | null,
  bytes: Bytes,
  mediaType: string,
  signal: AbortSignal | undefined,
): Promise<Upload> {
  const url = new URL('attachments', endpoint.replace(/\/$/, '')).href;
  const content = new Uint8Array(bytes);
  const body = { type: mediaType, content };
  const answer = await postBody<Answer>(url, authorization, body, isAnswer, signal);
  if (!('errors' in answer)) {
    return { digest: answer.digest, bytes: answer.bytes, mediaType: answer.mediaType };
  }
  const refusal = refusalOf(answer.errors, answer.retryAfterMs);
  if (refusal.code !== 'QUOTA_EXCEEDED') throw refusal;
  const { quota } = answer.errors[0].extensions as { quota: WorkspaceQuota };
  throw new QuotaExceededError(refusal.message, quota);
}
