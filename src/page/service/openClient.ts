import { Client, createRequest, type TypedDocumentNode } from '@urql/core';
import type { AnyVariables } from 'urql';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { exactExchange } from './exactExchange.ts';
import type { Session } from './session.ts';

/** The service that this page came from. */
const ENDPOINT = '/graphql';

/** No cache between the page and the service: what a reviewer decides on is what the service said last. */
export const openClient = (session: Session): Client =>
  new Client({
    url: ENDPOINT,
    exchanges: [exactExchange(session)],
    requestPolicy: 'network-only',
    preferGetMethod: false,
  });

/** A document as it was generated, in the type that urql knows. */
export const documentOf = <Result, Variables extends AnyVariables>(
  document: TypedDocumentString<Result, Variables>,
): TypedDocumentNode<Result, Variables> =>
  createRequest(document.toString(), {} as never).query as TypedDocumentNode<Result, Variables>;

/** The service answered with a GraphQL error, or could not be reached: then whether it did what was asked is not known. */
export class ServiceError extends Error {
  override name = 'ServiceError';
  /** `extensions.code`; null where there is none; 'UNREACHABLE' where no answer came. */
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

let questions = 0;

/**
 * Runs a query or a mutation. Two questions at the same time are two, also where they are the same: the later one is asked because
 * something happened in between.
 * @throws ServiceError
 */
export async function ask<Result, Variables extends AnyVariables>(
  client: Client,
  kind: 'query' | 'mutation',
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const request = createRequest<Result, Variables>(documentOf(document), variables);
  const operation = client.createRequestOperation(kind, { ...request, key: --questions });
  const { data, error } = await client.executeRequestOperation<Result>(operation).toPromise();
  if (error) throw serviceErrorOf(error);
  if (data == null) throw new ServiceError('The answer holds no data', null);
  return data;
}

type Failure = {
  networkError?: Error | undefined;
  graphQLErrors: readonly { message: string; extensions: Record<string, unknown> }[];
};

export function serviceErrorOf({ networkError, graphQLErrors }: Failure): ServiceError {
  if (networkError) return new ServiceError('The service cannot be reached', 'UNREACHABLE');
  const code = graphQLErrors[0]?.extensions['code'];
  const message = graphQLErrors.map((error) => error.message).join('; ');
  return new ServiceError(message, typeof code === 'string' ? code : null);
}
