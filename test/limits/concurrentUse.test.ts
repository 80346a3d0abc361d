import { expect, it } from 'vitest';
import { ConcurrentUse } from '../../src/limits/concurrentUse.ts';

it('remembers only keys that use something', () => {
  const use = new ConcurrentUse(2);
  const ends = Array.from({ length: 1_000 }, (_, n) => use.begin(`key-${n}`));
  expect(use.size).toBe(1_000);
  for (const end of ends) end?.();
  expect(use.size).toBe(0);
});

it('counts each use once, even if it is ended twice', () => {
  const use = new ConcurrentUse(2);
  const first = use.begin('key');
  use.begin('key');
  expect(use.begin('key')).toBeNull();
  first?.();
  first?.();
  expect(use.begin('key')).not.toBeNull();
  expect(use.begin('key')).toBeNull();
});
