const format = new Intl.NumberFormat('en');

/** `1 key`, `50,000 keys`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${format.format(amount)} ${amount === 1 ? one : many}`;
}
