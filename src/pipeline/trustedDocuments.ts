import { createHash } from 'node:crypto';
import { sortExecutableDocument } from '@graphql-tools/documents';
import clientDocuments from '@holdpoint/client/persisted-documents.json' with { type: 'json' };
import { type DocumentNode, GraphQLError, parse, print, specifiedRules, validate } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import pageDocuments from '../page/generated/persisted-documents.json' with { type: 'json' };
import { readText } from '../readText.ts';
import { schema } from '../schema/index.ts';
import { MAX_TOKENS, queryLimits } from './queryLimits.ts';

const VARIABLE = 'HOLDPOINT_TRUSTED_DOCUMENTS';
const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/i;

/** A GraphQL request, with its document as text or named by its hash. */
export type DocumentParams = GraphQLParams & { documentId?: unknown };

/**
 * Allowlist of accepted GraphQL documents. A client names one by its SHA-256 (`documentId:
 * "sha256:…"` as in GraphQL over HTTP, or Apollo's `extensions.persistedQuery.sha256Hash`), or
 * sends it in full.
 */
export class TrustedDocuments {
  /** Hash → text. */
  readonly #texts = new Map<string, string>();
  /** Documents without differences in order and white space. */
  readonly #normalForms = new Set<string>();

  constructor(manifest: ReadonlyMap<string, string>) {
    for (const [hash, text] of manifest) {
      this.#texts.set(hash, text);
      this.#normalForms.add(normalFormOf(parse(text)));
    }
  }

  /**
   * The request with its document as text.
   * @throws GraphQLError if no trusted document has its hash
   */
  resolve(params: DocumentParams): GraphQLParams {
    const { documentId, extensions, ...rest } = params;
    if (rest.query) return { ...rest, ...(extensions && { extensions }) };
    const { persistedQuery, ...others } = extensions ?? {};
    const id = documentId ?? persistedQuery?.sha256Hash;
    if (id == null) throw notTrusted('This request names none');
    const [, hash] = SHA256.exec(String(id)) ?? [];
    const text = hash && this.#texts.get(hash.toLowerCase());
    if (!text) throw notTrusted(`None of them has the SHA-256 "${String(id).slice(0, 100)}"`);
    return {
      ...rest,
      query: text,
      ...(Object.keys(others).length > 0 && { extensions: others }),
    };
  }

  /**
   * @throws GraphQLError unless the document is a trusted one, apart from white space and the order
   *   of fields
   */
  check(document: DocumentNode): void {
    if (this.#normalForms.has(normalFormOf(document))) return;
    throw notTrusted('This one is not');
  }
}

/**
 * Equal for two documents that differ only in white space, comments, and the order of fields,
 * arguments and variables.
 */
const normalFormOf = (document: DocumentNode): string => print(sortExecutableDocument(document));

const notTrusted = (what: string) =>
  new GraphQLError(
    `This service accepts only the documents of its manifest (${VARIABLE}). ${what}`,
    { extensions: { code: 'DOCUMENT_NOT_TRUSTED', http: { status: 400, spec: true } } },
  );

/**
 * Reads the manifest that codegen's client preset writes: `{ "<SHA-256 of the document>":
 * "<document>" }`. The documents of our own page and client are added to it.
 * @throws ConfigError naming what is wrong: every document must be valid for this service
 */
export async function readTrustedDocuments(path: string): Promise<TrustedDocuments> {
  const documents = await readManifest(path);
  return new TrustedDocuments(
    checkManifest({ ...clientDocuments, ...pageDocuments, ...documents }),
  );
}

async function readManifest(path: string): Promise<Record<string, string>> {
  const text = await readText(path).catch((error: Error) => {
    throw new ConfigError(`${VARIABLE} cannot be read: ${error.message}`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${VARIABLE} ${path} is not JSON: ${(error as Error).message}`);
  }
  const { data } = z.record(z.string(), z.string()).safeParse(json);
  if (data) return data;
  throw new ConfigError(
    `${VARIABLE} ${path} must be an object of documents by their SHA-256: { "<hash>": "<document>" }`,
  );
}

function checkManifest(documents: Record<string, string>): Map<string, string> {
  const wrong: string[] = [];
  const manifest = new Map<string, string>();
  for (const [key, text] of Object.entries(documents)) {
    const hash = createHash('sha256').update(text).digest('hex');
    const [, said] = SHA256.exec(key) ?? [];
    const complaint =
      said?.toLowerCase() === hash
        ? complaintAbout(text)
        : `is not the SHA-256 of its document, which is ${hash}`;
    if (complaint) wrong.push(`${VARIABLE} "${key.slice(0, 100)}" ${complaint}`);
    else manifest.set(hash, text);
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return manifest;
}

/** Why a document would never be accepted, or null. */
function complaintAbout(text: string): string | null {
  try {
    const [error] = validate(schema, parse(text, { maxTokens: MAX_TOKENS }), [
      ...specifiedRules,
      queryLimits,
    ]);
    return error ? `is not a valid document: ${error.message}` : null;
  } catch (error) {
    return `is not GraphQL: ${(error as Error).message}`;
  }
}
