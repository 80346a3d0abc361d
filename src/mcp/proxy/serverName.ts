/** Programs that run the server that an argument names. */
const runners = /^(?:npx|bunx|pnpx|uvx|pipx|npm|pnpm|yarn|bun|uv|node|deno|python[\d.]*)$/;
const subcommands = new Set(['exec', 'dlx', 'run', 'tool', 'x']);

/**
 * A name for a server that has none: of the package or program in its command, or the host of its
 * address. `npx -y @acme/server-files@1.2 /data` is `server-files`.
 */
export function serverName(server: { command: readonly string[] } | { url: string }): string {
  if ('url' in server) return plainName(new URL(server.url).host);
  const [program = '', ...args] = server.command;
  if (!runners.test(lastPart(program))) return plainName(lastPart(program));
  const named = args.find((arg) => !arg.startsWith('-') && !subcommands.has(arg)) ?? program;
  const name = lastPart(named);
  const at = name.indexOf('@', 1);
  return plainName(at < 0 ? name : name.slice(0, at));
}

const lastPart = (path: string): string => path.split(/[/\\]/).at(-1) ?? '';

const plainName = (text: string): string => text.replace(/[^\w.-]/g, '-') || 'server';
