/**
 * The path that the page is below, with a slash at the end. The service writes it into the page's
 * `<base>`: `/`, or the path of HOLDPOINT_PUBLIC_URL.
 */
export const basePath = new URL(document.baseURI).pathname;
