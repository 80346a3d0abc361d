// The same as @holdpoint/client.
export * from '@holdpoint/client';
