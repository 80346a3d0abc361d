// The same as @holdpoint/langgraph, which must be installed beside.
export * from '@holdpoint/langgraph';
