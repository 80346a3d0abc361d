import { allStatementsRun, onPartitions } from './onPartitions.ts';

await onPartitions('search/filters', 'search/freshness', 'search/stats');

allStatementsRun('search/*');
