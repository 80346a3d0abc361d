import { useState } from 'react';
import { useIsAway, usePage } from '../data/page.ts';
import { isUnanswered, messageOf } from '../data/service.ts';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';

type Answer = { __typename: string; message?: string };

/** Sends mutations about people, one at a time, and keeps why the last one failed. */
export function useChange() {
  const { service } = usePage();
  const isAway = useIsAway();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  /** @returns the answer, or null if nothing was changed */
  async function change<Result extends Record<string, Answer>, Input>(
    document: TypedDocumentString<Result, { input: Input }>,
    input: Input,
    done: string,
  ): Promise<Result[keyof Result] | null> {
    setSending(true);
    setProblem(null);
    try {
      const data = await service.request(document, { input });
      const [answer] = Object.values(data) as Result[keyof Result][];
      if (answer && answer.message === undefined) {
        announce(done);
        return answer;
      }
      setProblem(answer?.message ?? '');
    } catch (error) {
      setProblem(
        isUnanswered(error)
          ? 'The connection was lost, so this may or may not have been saved. Reload to see.'
          : messageOf(error),
      );
    } finally {
      setSending(false);
    }
    return null;
  }
  return { isDisabled: isSending || isAway, problem, change };
}
