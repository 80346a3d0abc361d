import { allStatementsRun, onPartitions } from './onPartitions.ts';

await onPartitions('policy/preview', 'policy/setPolicy', 'policy/verdicts');

allStatementsRun('policy/*');
