import { median } from './compare.ts';

/** A line of the table. */
export type Result = {
  work: string;
  ours: string;
  floor: string;
  ratio: string;
  /** The ratio in the worst and the best round. */
  spread: string;
  target: string;
  met: boolean | null;
};

/**
 * @param target the least that ours may be of the floor; null where nothing is promised
 */
export function ratioResult(
  work: string,
  ours: readonly number[],
  floor: readonly number[],
  target: number | null,
): Result {
  const ratio = median(ours) / median(floor);
  const ratios = ours.map((rate, round) => rate / (floor[round] as number));
  const whole = (rate: number) => Math.round(rate).toLocaleString('en');
  return {
    work,
    ours: `${whole(median(ours))}/s`,
    floor: `${whole(median(floor))}/s`,
    ratio: ratio.toFixed(2),
    spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    target: target === null ? '' : `≥ ${target.toFixed(1)}`,
    met: target === null ? null : ratio >= target,
  };
}
