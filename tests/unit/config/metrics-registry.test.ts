import { Counter, Histogram } from 'prom-client';
import { createMetricsRegistry } from '../../../config/metrics-registry';
import { parseExposition } from '../../support/exposition';

describe('a process’s metrics', () => {
  it('have the process’s own series, under the names they have always had', async () => {
    const families = parseExposition(await createMetricsRegistry().metrics());
    const named = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'];
    for (const name of [...named, 'process_uptime_seconds', 'nodejs_eventloop_lag_p99_seconds'])
      expect(families.get(name)?.samples[0]?.value).toBeGreaterThanOrEqual(0);
  });

  it('keep Prometheus’ conventions: counters and only counters end in _total, and each has a help', async () => {
    const families = [...parseExposition(await createMetricsRegistry().metrics()).values()];
    expect(families.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
    expect(families.filter(({ help }) => !help)).toEqual([]);
  });

  it('are apart for each registry: two in one process don’t share series', async () => {
    const [one, other] = [createMetricsRegistry(), createMetricsRegistry()];
    new Counter({ name: 'invigil_test_total', help: 'A test', registers: [one] }).inc();
    expect(await one.metrics()).toContain('invigil_test_total 1');
    expect(await other.metrics()).not.toContain('invigil_test_total');
  });
});

describe('the strict reader of the text format', () => {
  it('reads what a registry writes, whatever the label values hold', async () => {
    const registry = createMetricsRegistry();
    const registers = [registry];
    const labelNames = ['route'];
    new Counter({ name: 'a_total', help: 'With\nlines and \\', labelNames, registers }).inc({ route: 'a"b\\c\nd,e}' });
    new Histogram({ name: 'b_seconds', help: 'b', labelNames, registers }).observe({ route: '{}' }, 0.2);
    const families = parseExposition(await registry.metrics());
    expect(families.get('a_total')?.samples).toEqual([
      { name: 'a_total', labels: { route: 'a\\"b\\\\c\\nd,e}' }, value: 1 },
    ]);
    expect(families.get('b_seconds')?.samples).toHaveLength(14);
  });

  it.each([
    ['a sample without a TYPE', 'a 1\n'],
    ['a sample of another name', '# TYPE a gauge\nb 1\n'],
    ['a TYPE that is none', '# TYPE a number\na 1\n'],
    ['the same series twice', '# TYPE a gauge\na{x="1",y="2"} 1\na{y="2",x="1"} 1\n'],
    ['the same family twice', '# TYPE a gauge\na 1\n# TYPE a gauge\n'],
    ['a counter below zero', '# TYPE a_total counter\na_total -1\n'],
    ['a value that is no number', '# TYPE a gauge\na one\n'],
    ['a bare quote in a label', '# TYPE a gauge\na{x="1"2"} 1\n'],
    ['a comma at the end', '# TYPE a gauge\na{x="1",} 1\n'],
    ['a line that does not end', '# TYPE a gauge\na 1'],
    ['buckets that shrink', '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n'],
    ['a histogram without its last bucket', '# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
  ])('refuses %s', (_what, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
