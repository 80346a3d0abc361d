import type { CodegenConfig } from '@graphql-codegen/cli';

const preset = {
  preset: 'client',
  presetConfig: {
    fragmentMasking: false,
    skipIndexFile: true,
    // The allowlist of our own documents, for services that accept trusted documents only.
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

/** Generates typed documents for the client and the page. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
    'packages/client/src/generated/': {
      ...preset,
      documents: ['packages/client/src/operations/*.graphql'],
    },
    'src/page/generated/': { ...preset, documents: ['src/page/**/*.graphql'] },
  },
};

export default config;
