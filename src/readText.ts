import { readFile } from 'node:fs/promises';

/** Reads a text file that people edit, without the byte order mark that some editors put first. */
export const readText = async (path: string): Promise<string> =>
  new TextDecoder().decode(await readFile(path));
