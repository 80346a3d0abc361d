// What the bench uses of its own packages. They are installed when it first runs, and the types are checked without them.
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
