/**
 * Words of a text, without the quotes and brackets around them. A path, an address or an option is
 * one word.
 */
export const words =
  /[^\s"'`«»‹›“”„‟‘’‚()[\]{}<>=,;!…|\u3000-\u3003\u3008-\u3011\u3014-\u301b\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]+/gu;

/**
 * Whether a word looks like an address, a domain, a file, a path, an option or an identifier, where
 * every character counts. A single slash does not make a path: "and/or", "km/h".
 */
export const isTechnical = (word: string): boolean =>
  /\p{L}/u.test(word) && (shapes.some((shape) => shape.test(word)) || isRelativePath(word));

/** Whether a word has several slashes and is no date, in which at most one part has letters. */
function isRelativePath(word: string): boolean {
  const parts = word.split(/[/\\]/);
  return parts.length > 2 && parts.filter((part) => /\p{L}/u.test(part)).length > 1;
}

const shapes = [
  /:\/\//,
  /[\p{L}\p{N}]@[\p{L}\p{N}]/u,
  /[\p{L}\p{N}]\.\p{L}{2,24}(?:$|[:/?#])/u,
  /^(?:\.{0,2}|~)[/\\][\p{L}\p{N}_.~-]/u,
  /^[A-Za-z]:[/\\]/,
  /^--?\p{L}/u,
  /^\$\{?\p{L}/u,
  /[\p{L}\p{N}](?:_|::)[\p{L}\p{N}]/u,
];

/** An option among the words of a line, so that the line is a command. */
export const option = /(?:^|\s)--?[A-Za-z]/;
