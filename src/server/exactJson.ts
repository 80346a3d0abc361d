import { parseJson, stringifyJson } from '@holdpoint/client/json';
import { type ExecutionArgs, type ExecutionResult, execute, subscribe } from 'graphql';
import { createGraphQLError, isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';

/**
 * Carries JSON through Yoga exactly: variables are read so that they remember their text, and results are
 * written with payloads as that text (Yoga writes a result with its own `stringify` where it has one).
 * @param hideSuggestions whether an error about a variable tells no names of the schema
 */
export const useExactJson = (hideSuggestions: boolean): Plugin => ({
  onRequestParse({ request, url, setRequestParser }) {
    const contentType = request.headers.get('content-type') ?? '';
    if (request.method === 'GET') setRequestParser(() => paramsOfUrl(url));
    else if (request.method === 'POST' && /^application\/([\w.-]+\+)?json\b/i.test(contentType)) {
      setRequestParser(async () => parseBody(await request.text()) as object);
    }
  },
  onExecute({ setExecuteFn }) {
    setExecuteFn(executeExactly(hideSuggestions));
  },
  onSubscribe({ setSubscribeFn }) {
    setSubscribeFn(subscribeExactly(hideSuggestions));
  },
});

const executeExactly =
  (hideSuggestions: boolean) =>
  async (args: ExecutionArgs): Promise<ExecutionResult> =>
    exact(await execute({ ...args, hideSuggestions }));

const subscribeExactly = (hideSuggestions: boolean) => async (args: ExecutionArgs) => {
  const result = await subscribe({ ...args, hideSuggestions });
  return isAsyncIterable(result) ? mapAsyncIterator(result, exact) : exact(result);
};

const exact = <Result extends ExecutionResult>(result: Result): Result =>
  Object.assign(result, { stringify: stringifyJson });

/** @throws GraphQLError with status 400 for a body that is not JSON, whatever type of answer is accepted */
export function parseBody(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw badRequest(`The body is not JSON: ${(error as Error).message}`);
  }
}

/** @throws GraphQLError where a parameter is not JSON */
export function paramsOfUrl(url: URL): object {
  const { searchParams } = url;
  const json = (name: string) => {
    const text = searchParams.get(name);
    if (text === null || text === '') return undefined;
    try {
      return parseJson(text);
    } catch (error) {
      throw badRequest(`The parameter ${name} is not JSON: ${(error as Error).message}`);
    }
  };
  return {
    query: searchParams.get('query') ?? undefined,
    documentId: searchParams.get('documentId') ?? undefined,
    operationName: searchParams.get('operationName') ?? undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

const badRequest = (message: string) =>
  createGraphQLError(message, {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
