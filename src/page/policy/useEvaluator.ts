import { useEffect, useState } from 'react';

type Evaluator = typeof import('./evaluator.ts');

let loading: Promise<Evaluator> | undefined;

/** The evaluation of rules, which is loaded once it is wanted. Null until then. */
export function useEvaluator(isWanted = true): Evaluator | null {
  const [evaluator, setEvaluator] = useState<Evaluator | null>(null);
  useEffect(() => {
    if (!isWanted || evaluator !== null) return;
    let isCurrent = true;
    loading ??= import('./evaluator.ts');
    loading.then(
      (loaded) => isCurrent && setEvaluator(loaded),
      () => {
        loading = undefined;
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [isWanted, evaluator]);
  return evaluator;
}
