import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ALERTS_FILE, readAlerts, seriesIn } from '../support/alerts';

const ROOT = resolve(__dirname, '../..');
const alerts = readAlerts();

describe('the alerts', () => {
  it('have each a name of its own, a time to wait, a severity, a summary and a runbook', () => {
    expect(alerts.length).toBeGreaterThan(0);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, for: wait, labels, annotations } of alerts) {
      expect(alert).toMatch(/^Invigil[A-Z]\w+$/);
      expect(wait).toMatch(/^\d+[mh]$/);
      expect(['critical', 'warning', 'info']).toContain(labels['severity']);
      expect(annotations['summary']).toMatch(/\.$/);
    }
  });

  it('link each to a section of its own that exists', () => {
    for (const { alert, annotations } of alerts) {
      const [file = '', anchor] = (annotations['runbook'] ?? '').split('#');
      expect(anchor).toBe(alert.toLowerCase());
      expect(headingsOf(file)).toContain(alert);
    }
  });

  it('are all that the operations page has runbooks for', () => {
    const runbooks = headingsOf('docs/operations.md').filter((heading) => /^Invigil[A-Z]/.test(heading));
    expect(runbooks.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
  if (!hasPromtool) console.info('promtool is not on PATH: Prometheus itself does not check ops/alerts.yml.');
  (hasPromtool ? it : it.skip)('are rules Prometheus takes', () => {
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'rules', ALERTS_FILE], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${alerts.length} rules found`);
  });
});

describe('the series of an expression', () => {
  it.each([
    ['absent(a_total) or sum(rate(a_total[5m])) == 0', ['a_total']],
    ['sum by (le, task_queue) (rate(b_bucket{route!~"/(x|y)"}[5m])) / ignoring(z) c > 0.5', ['b_bucket', 'c']],
    ['min_over_time(d[1h]) > 0 and on (instance) e{state="running"} offset 5m', ['d', 'e']],
  ])('are found in %s', (expr, series) => {
    expect(seriesIn(expr)).toEqual(series);
  });
});

/** The texts of a page's headings. */
function headingsOf(file: string): string[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('#')).map((line) => line.replace(/^#+ /, ''));
}
