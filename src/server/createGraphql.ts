import {
  type DocumentNode,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  type ParseOptions,
  parse,
  type Source,
  validate,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Hub } from '../feed/hub.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import { AnswerBudget } from '../schema/answerBudget.ts';
import { openLoaders } from '../schema/context.ts';
import { schema } from '../schema/index.ts';
import { CompiledQueries } from './compiledQueries.ts';
import { useExactJson } from './exactJson.ts';
import { graphiql } from './graphiql.ts';
import type { Observation, ObservedContext } from './observation.ts';
import { publicError, shortError } from './publicError.ts';
import { MAX_TOKENS, queryLimits } from './queryLimits.ts';
import type { TrustedDocuments } from './trustedDocuments.ts';
import { noteErrorTypes, useObservation } from './useObservation.ts';

const KNOWN_DOCUMENTS = 1_000;

export const GRAPHQL_PATH = '/graphql';

/** Every transport hands its operations to this, with the viewer that it let in. */
export type Graphql = ReturnType<typeof createGraphql>;

export type GraphqlOptions = {
  store: ReviewStore;
  hub: Hub;
  log: Logger;
  production: boolean;
  /** Null: any document is answered. */
  trusted?: TrustedDocuments | null;
  /** Whether webhooks may lead into one's own network, and do without TLS. */
  allowPrivateWebhooks?: boolean;
  /** What the texts of one answer may take together. */
  maxAnswerBytes: number;
  /** From how many times on a query is compiled, where it is not the usual number. */
  compileAfter?: number | undefined;
};

/** GraphQL as this service speaks it: the same parsing, limits, context and masking on every transport. */
export function createGraphql({
  store,
  hub,
  log,
  production,
  trusted = null,
  allowPrivateWebhooks = false,
  maxAnswerBytes,
  compileAfter,
}: GraphqlOptions) {
  noteErrorTypes(schema);
  const validDocuments = new LRUCache<string, DocumentNode>({ max: KNOWN_DOCUMENTS });
  const compiledQueries = new CompiledQueries(compileAfter);

  function maskError(error: unknown): GraphQLError {
    const { error: shown, unexpected } = publicError(error, production);
    if (unexpected) log.error({ err: error }, 'an operation failed');
    return shown;
  }

  const newBudget = () => new AnswerBudget(maxAnswerBytes);
  const contextOf = ({ viewer, observation }: ServerContext): ObservedContext => ({
    viewer,
    store,
    hub,
    loaders: openLoaders(store, viewer),
    budget: newBudget(),
    allowPrivateWebhooks,
    observation,
  });

  const yoga = createYoga<ServerContext, ObservedContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: contextOf,
    plugins: [
      useExactJson(production),
      useDocumentNames(trusted),
      useLimits(production, trusted),
      useValidDocuments(validDocuments),
      useObservation(),
    ],
    maskedErrors: { maskError },
    fetchAPI: { Request, Response, Headers, ReadableStream, TextEncoder, URL, URLSearchParams },
    graphiql: production || trusted ? false : graphiql.options,
    renderGraphiQL: graphiql.render,
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    healthCheckEndpoint: '/yoga-health-is-not-used',
    maxRequestBodySize: false, // the server bounds the body before it comes here
    logging: false, // maskError logs, with the request's id
  });
  const maskErrors = (errors: readonly unknown[]) => errors.map(maskError);
  return {
    yoga,
    validDocuments,
    compiledQueries,
    contextOf,
    newBudget,
    maskErrors,
    production,
    trusted,
  };
}

/** What the server hands over with an operation. */
type ServerContext = { viewer: Viewer; observation?: Observation | undefined };

/** Puts in the text of a document that is named by its hash. */
const useDocumentNames = (trusted: TrustedDocuments | null): Plugin => ({
  onParams({ params, setParams }) {
    if (trusted) setParams(trusted.resolve(params));
  },
});

const useLimits = (production: boolean, trusted: TrustedDocuments | null): Plugin => ({
  onParse({ setParseFn }) {
    setParseFn((source, options) => {
      const document = parseShortly(source, { ...options, maxTokens: MAX_TOKENS });
      trusted?.check(document);
      return document;
    });
  },
  onValidate({ addValidationRule, setValidationFn }) {
    addValidationRule(queryLimits);
    if (production) addValidationRule(NoSchemaIntrospectionCustomRule);
    // Suggestions would tell the schema to whoever guesses names.
    setValidationFn((known, document, rules, _typeInfo, options) =>
      validate(known, document, rules, { ...options, hideSuggestions: production }).map(shortError),
    );
  },
});

/** @throws GraphQLError that does not repeat much of the document */
function parseShortly(source: string | Source, options: ParseOptions): DocumentNode {
  try {
    return parse(source, options);
  } catch (error) {
    throw error instanceof GraphQLError ? shortError(error) : error;
  }
}

/** Keeps the documents that were found valid, by their text. */
const useValidDocuments = (documents: LRUCache<string, DocumentNode>): Plugin => ({
  onValidate({ params: { documentAST } }) {
    return ({ valid }) => {
      const text = documentAST.loc?.source.body;
      if (valid && text !== undefined) documents.set(text, documentAST);
    };
  },
});
