import pino, { type Logger } from 'pino';
import { requestContext } from './requestContext.ts';

/**
 * Logs one JSON object per line to stderr, with the id of the request that a line belongs to. Lines
 * are written synchronously, so that the last ones are not lost when the process exits.
 */
export const openLogger = (level: string): Logger =>
  pino(
    { level, mixin: () => ({ ...requestContext.getStore() }) },
    pino.destination({ dest: 2, sync: true }),
  );
