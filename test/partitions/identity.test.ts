import { allStatementsRun, onPartitions } from './onPartitions.ts';

await onPartitions('identity/apiTokens', 'identity/sessions', 'identity/tokenUse');

allStatementsRun('identity/*');
