import { build, type Rolldown } from 'vite';

/** The client and its dependencies, minified for browsers. */
export async function bundleClient(
  format: 'es' | 'iife',
): Promise<Rolldown.RolldownOutput['output']> {
  const { output } = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: {
        input: 'packages/client/src/index.ts',
        preserveEntrySignatures: 'strict',
        output: { format, name: 'holdpoint', minify: true },
      },
    },
  })) as Rolldown.RolldownOutput;
  return output;
}
