import type pg from 'pg';

/**
 * From now on a connection of this pool that was taken with a callback may be given back twice. graphile-worker does so with the
 * one on which it listens, where that is lost while the queue stops: the pool throws then, in a promise that nobody handles,
 * and that ends the process.
 */
export function tolerateDoubleRelease(pool: pg.Pool): void {
  const connect = pool.connect.bind(pool);
  const tolerant = (onConnected?: Parameters<pg.Pool['connect']>[0]) => {
    if (!onConnected) return connect();
    return connect((error, client, release) => {
      let isReleased = false;
      onConnected(error, client, (problem) => {
        if (isReleased) return;
        isReleased = true;
        release?.(problem); // a pool that was closed gives none
      });
    });
  };
  pool.connect = tolerant as typeof pool.connect;
}
