const { PATH = '', NODE_COMPILE_CACHE } = process.env;

/**
 * The environment for processes that tests start: none of Holdpoint's variables, but the compile
 * cache of `npm test`, which halves the CPU time of a start.
 */
export const bareEnv: Record<string, string> = {
  PATH,
  ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
};
