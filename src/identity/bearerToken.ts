/** The token of an Authorization header, or null where it holds none: `Bearer <token>`. */
export function bearerToken(authorization: string): string | null {
  const [scheme = '', token = '', ...rest] = authorization.split(' ').filter((part) => part !== '');
  const isToken = scheme.toLowerCase() === 'bearer' && rest.length === 0 && TOKEN.test(token);
  return isToken ? token : null;
}

/** Visible ASCII. */
const TOKEN = /^[\x21-\x7e]+$/;
