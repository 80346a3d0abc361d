/**
 * How long an idle connection stays open. A proxy that sends a request just when the connection is
 * closed gets a reset, so this is longer than proxies keep theirs: nginx and AWS 60 s, Traefik 90 s,
 * Caddy 2 min, Google Cloud 10 min.
 */
export const KEEP_ALIVE_MS = 620_000;
