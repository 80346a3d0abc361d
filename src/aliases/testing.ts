// The same as @holdpoint/client/testing.
export * from '@holdpoint/client/testing';
