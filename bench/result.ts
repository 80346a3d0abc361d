import { median } from './compare.ts';

/** A row of the result table. */
export type Result = {
  benchmark: string;
  ours: string;
  baseline: string;
  ratio: string;
  /** The ratio in the worst and the best round. */
  spread: string;
  target: string;
  met: boolean | null;
};

/** @param target the minimum ratio of ours to the baseline; null if there is no target */
export function ratioResult(
  benchmark: string,
  ours: readonly number[],
  baseline: readonly number[],
  target: number | null,
): Result {
  const ratio = median(ours) / median(baseline);
  const ratios = ours.map((rate, round) => rate / (baseline[round] as number));
  const whole = (rate: number) => Math.round(rate).toLocaleString('en');
  return {
    benchmark,
    ours: `${whole(median(ours))}/s`,
    baseline: `${whole(median(baseline))}/s`,
    ratio: ratio.toFixed(2),
    spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    target: target === null ? '' : `≥ ${target}`,
    met: target === null ? null : ratio >= target,
  };
}
