import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { testService } from '../support/testService.ts';

const guide = await readFile('docs/operations.md', 'utf8');
const dashboardText = await readFile('docs/grafana-dashboard.json', 'utf8');

type Panel = {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { expr: string }[];
};
const dashboard: { panels: Panel[] } = JSON.parse(dashboardText);
const service = await testService();

/** The declared metrics, with their labels. */
const exposed = await (async () => {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return new Map(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]),
  );
})();

/** The metric of a time series. */
function metricOf(series: string): string | undefined {
  if (exposed.has(series)) return series;
  const base = series.replace(/_(bucket|sum|count)$/, '');
  return exposed.get(base) === 'histogram' ? base : undefined;
}

const namesIn = (text: string) =>
  new Set([...text.matchAll(/\b(?:holdpoint|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name));

describe('metrics in the documents', () => {
  it.each([
    ['docs/operations.md', guide],
    ['docs/grafana-dashboard.json', dashboardText],
  ])('in %s', (_, text) => {
    const names = namesIn(text);
    expect(names.size).toBeGreaterThan(15);
    expect([...names].filter((name) => metricOf(name) === undefined)).toEqual([]);
  });

  it('are complete', () => {
    const known = new Set([...namesIn(guide)].map(metricOf));
    const ours = [...exposed.keys()].filter((name) => name?.startsWith('holdpoint_'));
    expect(ours.length).toBeGreaterThan(12);
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const { panels } = dashboard;

  it('has every metric of ours', () => {
    const known = new Set([...namesIn(dashboardText)].map(metricOf));
    const ours = [...exposed.keys()].filter((name) => name?.startsWith('holdpoint_'));
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has panels with a title and a query each', () => {
    for (const panel of panels.filter(({ type }) => type !== 'row')) {
      expect(panel.title).not.toBe('');
      expect(panel.description, panel.title).toMatch(/\.$/);
      expect(panel.targets?.length, panel.title).toBeGreaterThan(0);
      for (const { expr } of panel.targets ?? []) {
        expect(namesIn(expr).size, expr).toBe(1);
        expect(expr.split('(').length, expr).toBe(expr.split(')').length);
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('shows rates and quantiles of counters and histograms only', () => {
    for (const { expr } of panels.flatMap(({ targets = [] }) => targets)) {
      const [name = ''] = namesIn(expr);
      const type = exposed.get(metricOf(name));
      expect(/rate\(|increase\(/.test(expr), expr).toBe(type !== 'gauge');
    }
  });

  it('has no overlapping panels', () => {
    const cells = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x},${y}`), title).toBe(false);
          cells.add(`${x},${y}`);
        }
      }
    }
  });
});

it('the service reads every variable that the guide names', () => {
  const names = new Set([...guide.matchAll(/\bHOLDPOINT_[A-Z_]+\b/g)].map(([name]) => name));
  expect(names.size).toBeGreaterThan(5);
  for (const name of names) {
    const refused = name.endsWith('_EXPIRES') || name.endsWith('_URL') || name.endsWith('_TOKEN');
    const value = refused ? ' ' : 'x';
    // A variable that the service does not read is never refused.
    let changed: boolean;
    try {
      changed = JSON.stringify(readConfig({ [name]: value })) !== JSON.stringify(readConfig({}));
    } catch {
      changed = true;
    }
    expect(changed, name).toBe(true);
  }
});
