import pino, { type Logger } from 'pino';
import { requestContext } from './requestContext.ts';

/**
 * The log: one JSON object a line on stderr, with the id of the request that a line was written for. It is written
 * at once, so that the last words of a process that ends are there.
 */
export const openLogger = (level: string): Logger =>
  pino(
    { level, mixin: () => ({ ...requestContext.getStore() }) },
    pino.destination({ dest: 2, sync: true }),
  );
