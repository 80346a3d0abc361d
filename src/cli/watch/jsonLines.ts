import { type JsonText, printJson, readJsonTree } from '@holdpoint/client/json';
import { safeText } from '../safeText.ts';

/**
 * JSON over several lines, indented, with all that JSON.parse would lose: duplicate keys, digits and
 * the order of keys. The lines are safe to print, and still the same JSON.
 */
export const jsonLines = ({ text }: JsonText): string[] =>
  printJson(readJsonTree(text), 2).split('\n').map(safeText);
