/** A statement with a name, so that PostgreSQL prepares it once for each connection. */
export type Statement = { readonly name: string; readonly text: string };

export const statement = (name: string, text: string): Statement => ({ name, text });
