// The parts of the peers' APIs that are used here. They are not installed when types are checked.
declare module 'fastify' {
  export default function fastify(): {
    register(plugin: unknown, options: object): void;
    listen(options: { port: number; host: string }): Promise<string>;
  };
}

declare module 'mercurius' {
  const plugin: unknown;
  export default plugin;
}
