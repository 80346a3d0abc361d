import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** Of Holdpoint, as its package says. */
export const version: string = readVersion();

function readVersion(): string {
  const path = findPackageJSON(import.meta.url);
  return path ? JSON.parse(readFileSync(path, 'utf8')).version : 'unknown';
}
