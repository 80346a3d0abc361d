/**
 * As `text.includes(part)`, in a time in proportion to both lengths. JavaScript's own takes their
 * product for some texts: 140 ms for a part of 1,000 characters in 1,000,000. (The algorithm of
 * Knuth, Morris and Pratt.)
 */
export function includes(text: string, part: string): boolean {
  // Short ones cannot take long.
  if (part.length < 2 || text.length * part.length < 2_000) return text.includes(part);
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched] as number;
    if (part.charCodeAt(matched) === code) matched++;
    if (matched === part.length) return true;
  }
  return false;
}

/** For each length of a start of the text: the longest shorter start that it also ends with. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length + 1);
  let border = 0;
  for (let at = 1; at < text.length; at++) {
    while (border > 0 && text.charCodeAt(border) !== text.charCodeAt(at)) {
      border = borders[border] as number;
    }
    if (text.charCodeAt(border) === text.charCodeAt(at)) border++;
    borders[at + 1] = border;
  }
  return borders;
}
