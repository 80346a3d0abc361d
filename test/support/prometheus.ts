/** Series as Prometheus parses them: `name{label="value"}` → value. */
export class Exposed {
  readonly text: string;
  readonly #series = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
    for (const line of text.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const [, name = '', labels = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (value === undefined) throw new Error(`not in Prometheus's format: ${line}`);
      this.#series.set(keyOf(name, labelsIn(labels)), value === 'Nan' ? Number.NaN : Number(value));
    }
  }

  /** Undefined if there is no such series. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    return this.#series.get(keyOf(name, labels));
  }

  /** The names of all series, with their labels. */
  get series(): string[] {
    return [...this.#series.keys()];
  }

  get names(): Set<string> {
    return new Set(this.series.map((key) => key.split('{', 1)[0] as string));
  }
}

export async function scrape(url: string, token?: string): Promise<Exposed> {
  const response = await fetch(`${url}/metrics`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return new Exposed(await response.text());
}

const keyOf = (name: string, labels: Record<string, string>): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .toSorted()
    .join()}}`;

const labelsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, value]) => [label, value]),
  );
