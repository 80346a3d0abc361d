import { allStatementsRun, onPartitions } from './onPartitions.ts';

await onPartitions('webhooks/delivery', 'webhooks/manage', 'webhooks/receiverAnswers');

allStatementsRun('webhooks/*', 'jobs/*');
