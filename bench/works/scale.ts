import type { Bed } from '../bed.ts';
import { compare, type Effort } from '../compare.ts';
import { vacuum } from '../patientClient.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedReviews } from '../seed.ts';

const SMALL = 1_000;
const LARGE = 1_000_000;

/** A page of an owner with many WAITING reviews against one of an owner with few, both from our server. */
export async function measureScale(bed: Bed, effort: Effort): Promise<Result[]> {
  console.log(`Writing ${LARGE.toLocaleString('en')} reviews…`);
  await seedReviews(bed.database, ['small'], 'few', SMALL);
  await seedReviews(bed.database, ['large'], 'many', LARGE);
  await vacuum(bed);

  const { url } = await bed.server('ours');
  const contestants = ['large', 'small'].map(async (userId) => ({
    name: userId,
    plan: {
      work: 'page',
      url,
      speaks: 'graphql',
      owners: await bed.owners([userId], 'reviewer', 'review:read'),
    } as const,
  }));
  const [large = [], small = []] = await compare(bed.load, await Promise.all(contestants), effort);
  return [ratioResult('page of 25, of 1,000,000; floor: of 1,000', large, small, 0.9)];
}
