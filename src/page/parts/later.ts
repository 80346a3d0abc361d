import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

const rest: (() => Promise<unknown>)[] = [];

/**
 * A component that the first view does not need. It is loaded by `loadRest`, so that it is there
 * even if the service is away when it is needed, or when it is needed before.
 */
export function later<Props>(load: Load<Props>): LazyExoticComponent<ComponentType<Props>> {
  let loading: ReturnType<Load<Props>> | undefined;
  const loadOnce = () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  rest.push(loadOnce);
  return lazy(loadOnce);
}

/** Loads what the first view did not need. What fails is loaded again when it is needed. */
export function loadRest(): void {
  for (const load of rest.splice(0)) load().catch(() => {});
}
