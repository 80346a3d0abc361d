// The same as @holdpoint/client/approvals.
export * from '@holdpoint/client/approvals';
