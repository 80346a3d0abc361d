import { allStatementsRun, onPartitions } from './onPartitions.ts';

await onPartitions('people/changes', 'people/delegations', 'people/votes');

allStatementsRun(
  'people/{delegations,possible}',
  'reviews/{claimReview,overrideReview,reassignReview,requestReview,withdrawDecision}',
);
