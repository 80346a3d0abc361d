import { createHash } from 'node:crypto';
import type { TestClient } from '../support/testClient.ts';

export const digestOfBytes = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export type Uploaded = {
  status: number;
  digest: string;
  bytes: number;
  mediaType: string;
  errors?: { message: string; extensions: { code: string } }[];
};

const origin = ({ url }: TestClient) => url.replace(/\/graphql$/, '');

/** Uploads a file. Another header can replace the one with the token. */
export async function upload(
  client: TestClient,
  body: Uint8Array<ArrayBuffer> | string,
  contentType: string | null = 'text/plain',
  headers: Record<string, string> = {},
): Promise<Uploaded> {
  const response = await fetch(`${origin(client)}/attachments`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await client.token}`,
      ...(contentType !== null && { 'content-type': contentType }),
      ...headers,
    },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  });
  return { ...(await response.json()), status: response.status };
}

/** Reads a file, or what else is below the path of attachments. */
export const download = async (client: TestClient, path: string): Promise<Response> =>
  fetch(`${origin(client)}/attachments/${path}`, {
    headers: { authorization: `Bearer ${await client.token}` },
  });

export const named = (digest: string, name?: string) => ({
  $attachment: digest,
  ...(name !== undefined && { name }),
});

export type Attachment = {
  digest: string;
  name: string | null;
  mediaType: string;
  bytes: number;
  path: string;
};

export async function attachmentsOf(client: TestClient, nodeExecId: string): Promise<Attachment[]> {
  const { reviews } = await client.query<{ reviews: { attachments: Attachment[] }[] }>(
    `query ($ids: [ID!]!) {
      reviews(nodeExecIds: $ids) { attachments { digest name mediaType bytes path } }
    }`,
    { ids: [nodeExecId] },
  );
  return reviews[0]?.attachments ?? [];
}
