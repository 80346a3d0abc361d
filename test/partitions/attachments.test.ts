import { allStatementsRun, onPartitions } from './onPartitions.ts';

await onPartitions('attachments/cleanup', 'attachments/reading');

allStatementsRun('attachments/*');
