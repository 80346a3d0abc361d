import { useEffect, useState } from 'react';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { usePage } from './page.ts';
import { messageOf } from './service.ts';

/** Runs a query once it is wanted, and again on `reload`. The previous data stays until then. */
export function useQuery<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  isWanted = true,
) {
  const { service } = usePage();
  const [state, setState] = useState<{ data?: Result; error?: string }>({});
  const [round, setRound] = useState(0);
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables
  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    service.request(document, variables).then(
      (data) => isCurrent && setState({ data }),
      (error) => isCurrent && setState((before) => ({ ...before, error: messageOf(error) })),
    );
    return () => {
      isCurrent = false;
    };
  }, [service, document, key, isWanted, round]);
  const [reload] = useState(() => () => setRound((before) => before + 1));
  return { ...state, reload };
}
