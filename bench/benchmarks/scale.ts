import type { Bed } from '../bed.ts';
import { vacuum } from '../clientWithoutTimeout.ts';
import { compare, type Effort } from '../compare.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedReviews } from '../seed.ts';

const SMALL = 1_000;
const LARGE = 1_000_000;

/** A page of an owner with many WAITING reviews, compared with an owner with few. */
export async function measureScale(bed: Bed, effort: Effort): Promise<Result[]> {
  console.log(`Writing ${LARGE.toLocaleString('en')} reviews…`);
  await seedReviews(bed.database, ['small'], 'few', SMALL);
  await seedReviews(bed.database, ['large'], 'many', LARGE);
  await vacuum(bed);

  const { url } = await bed.server('ours');
  const contestants = ['large', 'small'].map(async (userId) => ({
    name: userId,
    plan: {
      operation: 'page',
      url,
      speaks: 'graphql',
      owners: await bed.owners([userId], 'reviewer', 'review:read'),
    } as const,
  }));
  const [large = [], small = []] = await compare(bed.load, await Promise.all(contestants), effort);
  return [ratioResult('page of 25 out of 1,000,000; baseline: out of 1,000', large, small, 0.9)];
}
