/** Reviews per page. */
export const PAGE = 25;

/** A typical payload of about 300 bytes of JSON. */
export const payloadOf = (number: number) => ({
  tool: 'send_email',
  arguments: {
    to: ['ada@example.com', 'accounts@example.com'],
    subject: `Invoice ${number} is overdue`,
    body: 'Dear Ada,\n\nour invoice was due on 1 November. Could you have a look at it?\n\nKind regards',
    attachments: [{ name: `invoice-${number}.pdf`, bytes: 48213 }],
  },
  risk: 0.35,
  dryRun: false,
});

/** Concurrent executions per owner. */
export const EXECUTIONS = 10;
export const executionOf = (number: number): string => `execution-${number % EXECUTIONS}`;
/** A UUID, as the database gives each request. */
export const askIdOf = (number: number): string =>
  `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
export const GRAPH_ID = 'collect-payments';
export const GRAPH_VERSION = 3;
export const nodeOf = (number: number): string => `node-${number % 7}`;
