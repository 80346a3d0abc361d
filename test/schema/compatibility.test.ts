import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';
import { expect, it } from 'vitest';
import { apiVersion } from '../../packages/client/src/apiVersion.ts';

/** The version of lastRelease.graphql. Each release updates both. */
const RELEASED = '1.1';
const released = readFileSync(new URL('lastRelease.graphql', import.meta.url), 'utf8');

const majorOf = (version: string) => Number(version.split('.')[0]);

it('only a new major version may break clients of the last release', () => {
  expect(majorOf(apiVersion)).toBeGreaterThanOrEqual(majorOf(RELEASED));
  if (majorOf(apiVersion) > majorOf(RELEASED)) return;

  const schema = readFileSync('schema.graphql', 'utf8');
  const breaking = findBreakingChanges(buildSchema(released), buildSchema(schema));
  expect(breaking.map(({ description }) => description)).toEqual([]);
});
