import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Hub } from '../feed/hub.ts';
import type { ReviewEvent } from '../feed/readEvents.ts';
import type { Viewer } from '../identity/viewer.ts';
import { OperationTurns } from '../limits/operationTurns.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import { AnswerBudget } from '../schema/answerBudget.ts';
import { openLoaders } from '../schema/context.ts';
import { schema } from '../schema/index.ts';
import { noteErrorTypes } from '../telemetry/noteErrorTypes.ts';
import type { Observation, ObservedContext } from '../telemetry/observation.ts';
import { operationNameOf } from '../telemetry/operationName.ts';
import { CompiledQueries } from './compiledQueries.ts';
import { publicError, shortError } from './publicError.ts';
import { MAX_TOKENS, queryLimits, validationCostError } from './queryLimits.ts';
import type { DocumentParams, TrustedDocuments } from './trustedDocuments.ts';

const CACHED_DOCUMENTS = 1_000;
/** A parsed document can take a hundred times the memory of its text. */
const CACHED_CHARACTERS = 1_000_000;
/** A longer document probably contains a payload and does not come again. */
const MAX_CACHED_CHARACTERS = 20_000;
/** How many errors of an invalid document are reported. Looking for more takes longer. */
const MAX_ERRORS = 10;
/** How many errors of the variables are reported. Each of them repeats the whole value. */
const MAX_VARIABLE_ERRORS = 3;
/** How often a query is repeated while its reviews keep changing. */
const MAX_REPEATS = 10;

export type PipelineOptions = {
  store: ReviewStore;
  hub: Hub;
  log: Logger;
  production: boolean;
  /** The only documents that are executed; null if any document is. */
  trusted?: TrustedDocuments | null;
  /** Whether webhooks may point to private addresses and use http. */
  allowPrivateWebhooks?: boolean;
  /** The path of the public URL, e.g. `/holdpoint`; by default nothing. */
  pathPrefix?: string;
  /** How many bytes the texts of one answer may have together. */
  maxAnswerBytes: number;
  turns?: OperationTurns;
};

/** An operation of a valid document, ready to be executed. */
export type Operation = {
  node: OperationDefinitionNode;
  args: ExecutionArgs & { contextValue: ObservedContext };
  /**
   * Whether the client has gone. Then it is not executed when its turn comes. A subscription has
   * none: it is executed for all clients of its group.
   */
  isAbandoned?: () => boolean;
};

/**
 * The way of every operation, whichever transport it came over: name of a trusted document → parse
 * → validate with the limits → context → execute → mask errors. Transports read requests and write
 * results, nothing more.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #rules;
  /** Documents that were found valid, by their text. */
  readonly #documents = new LRUCache<string, DocumentNode>({
    max: CACHED_DOCUMENTS,
    maxSize: CACHED_CHARACTERS,
    maxEntrySize: MAX_CACHED_CHARACTERS,
    sizeCalculation: (_document, text) => Math.max(text.length, 1),
  });
  readonly #compiled = new CompiledQueries();
  readonly #turns: OperationTurns;

  constructor(options: PipelineOptions) {
    noteErrorTypes(schema);
    this.#options = options;
    this.#turns = options.turns ?? new OperationTurns();
    this.#rules = [
      ...specifiedRules,
      queryLimits,
      ...(options.production ? [NoSchemaIntrospectionCustomRule] : []),
    ];
  }

  /** The request with the text of its document, if it names a trusted document by its hash. */
  withText(params: DocumentParams): GraphQLParams {
    return this.#options.trusted?.resolve(params) ?? params;
  }

  /** Notes the size of a request, before it is executed. */
  received({ userId }: Viewer, characters: number): void {
    this.#turns.received(userId, characters);
  }

  /**
   * Parses and validates an operation and makes its context.
   * @returns the operation, or the errors for which it cannot be executed. Their `extensions.http`
   *   says which status they have over HTTP.
   */
  prepare(
    params: DocumentParams,
    viewer: Viewer,
    observation?: Observation,
  ): Operation | { errors: readonly GraphQLError[] } {
    let request: GraphQLParams;
    let document: DocumentNode;
    try {
      request = this.withText(params);
      document = this.#parse(request.query ?? '');
    } catch (error) {
      return { errors: [requestError(error, 'GRAPHQL_PARSE_FAILED')] };
    }
    const errors = this.#validate(document);
    if (errors.length > 0) return { errors };
    const { operationName: name = null, variables = null } = request;
    const operationName = name === '' ? null : name; // some clients send '' for no name
    const node = getOperationAST(document, operationName);
    if (!node) return { errors: [noSuchOperation()] };
    if (observation) {
      observation.operation = operationNameOf(document, operationName);
      observation.isSubscription = node.operation === 'subscription';
    }
    const { store, hub, allowPrivateWebhooks = false, pathPrefix = '' } = this.#options;
    const contextValue: ObservedContext = {
      viewer,
      store,
      hub,
      loaders: openLoaders(store, viewer),
      budget: this.#newBudget(),
      allowPrivateWebhooks,
      pathPrefix,
      // A subscription's context lives as long as its client; its events are not part of the
      // request.
      observation: node.operation === 'subscription' ? undefined : observation,
    };
    return {
      node,
      args: {
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue,
        hideSuggestions: this.#options.production,
        options: { maxCoercionErrors: MAX_VARIABLE_ERRORS },
      },
    };
  }

  /**
   * Executes a query, a mutation, or a subscription's document for one event. A query that crossed a
   * change of a review is repeated; an event would show the same review again.
   * @returns the result with its errors masked; without `data` if nothing was executed
   */
  async execute(operation: Operation, event?: ReviewEvent): Promise<ExecutionResult> {
    const { userId } = operation.args.contextValue.viewer;
    const execute = async () =>
      operation.isAbandoned?.() ? { errors: [abandoned()] } : this.#execute(operation, event);
    try {
      return await this.#turns.take(userId, execute, event !== undefined);
    } catch (error) {
      return { errors: [this.maskError(error)] };
    }
  }

  async #execute(operation: Operation, event?: ReviewEvent): Promise<ExecutionResult> {
    const isQuery = operation.node.operation === 'query';
    let result = await this.#executeOnce(operation, event);
    for (let repeat = 1; repeat <= MAX_REPEATS && isQuery && crossedChange(result); repeat++) {
      result = await this.#executeOnce(operation);
    }
    return result.errors ? { ...result, errors: this.maskErrors(result.errors) } : result;
  }

  async #executeOnce({ node, args }: Operation, event?: ReviewEvent): Promise<ExecutionResult> {
    const { document, variableValues } = args;
    const variables = variableValues ?? {};
    const compiled = event
      ? null
      : await this.#withBudget(args.contextValue, (contextValue) =>
          this.#compiled.answer(document, node, contextValue, variables),
        );
    // A compiled query that had an error has spent its budget.
    return (
      compiled ??
      this.#withBudget(args.contextValue, (contextValue) =>
        execute({ ...args, contextValue, rootValue: event }),
      )
    );
  }

  /** Executes with a new budget, and notes what was spent. */
  async #withBudget<Result>(
    context: ObservedContext,
    execute: (context: ObservedContext) => Result | Promise<Result>,
  ): Promise<Result> {
    const budget = this.#newBudget();
    const result = await execute({ ...context, budget });
    this.#turns.answered(context.viewer.userId, budget.spent);
    return result;
  }

  #newBudget(): AnswerBudget {
    return new AnswerBudget(this.#options.maxAnswerBytes);
  }

  /** What clients are told of these errors. Unexpected ones are logged. */
  maskErrors(errors: readonly unknown[]): GraphQLError[] {
    return errors.map((error) => this.maskError(error));
  }

  maskError(error: unknown): GraphQLError {
    const { error: shown, unexpected } = publicError(error, this.#options.production);
    if (unexpected) this.#options.log.error({ err: error }, 'an operation failed');
    return shown;
  }

  /** @throws GraphQLError */
  #parse(text: string): DocumentNode {
    const known = this.#documents.get(text);
    if (known) return known;
    const document = parse(text, { maxTokens: MAX_TOKENS });
    this.#options.trusted?.check(document);
    return document;
  }

  #validate(document: DocumentNode): readonly GraphQLError[] {
    const text = document.loc?.source.body ?? '';
    if (this.#documents.has(text)) return [];
    const tooCostly = validationCostError(document);
    if (tooCostly) return [requestError(tooCostly, 'QUERY_TOO_LARGE')];
    const errors = validate(schema, document, this.#rules, {
      maxErrors: MAX_ERRORS,
      // Suggestions would reveal the schema to somebody who guesses names.
      hideSuggestions: this.#options.production,
    });
    if (errors.length === 0) this.#documents.set(text, document);
    return errors.map((error) => requestError(error, 'GRAPHQL_VALIDATION_FAILED'));
  }
}

const crossedChange = ({ errors }: ExecutionResult): boolean =>
  errors?.some(({ extensions }) => extensions['code'] === 'REVIEW_CHANGED') ?? false;

/**
 * An error of a request that is not executed. It has the status 400 over HTTP, except (`spec`) in
 * answers of the type `application/json`, which have 200.
 */
function requestError(error: unknown, code: string): GraphQLError {
  if (!(error instanceof GraphQLError)) throw error;
  const short = shortError(error);
  const { nodes = null, source, positions, extensions } = short;
  return new GraphQLError(short.message, {
    nodes,
    source,
    positions,
    extensions: { code, http: { spec: true, status: 400 }, ...extensions },
  });
}

const abandoned = () => new GraphQLError('The client has gone');

const noSuchOperation = () =>
  new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
  });
