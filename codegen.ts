import type { CodegenConfig } from '@graphql-codegen/cli';

const preset = {
  preset: 'client',
  presetConfig: {
    fragmentMasking: false,
    skipIndexFile: true,
    // What a service that answers trusted documents only must know of ours.
    persistedDocuments: { hashAlgorithm: 'sha256' },
  },
  config: {
    documentMode: 'string',
    enumType: 'string-literal',
    useTypeImports: true,
    strictScalars: true,
    scalars: { DateTime: 'string', JSON: 'unknown' },
  },
} as const;

/** Typed documents for everything in this repository that speaks to the service. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
    'packages/client/src/generated/': {
      ...preset,
      documents: ['packages/client/src/operations/*.graphql'],
    },
    'src/page/generated/': { ...preset, documents: ['src/page/operations.graphql'] },
  },
};

export default config;
