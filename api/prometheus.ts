/** The little of Prometheus' text format we need, without a dependency. */

type Labels = readonly string[];

/** A number per combination of label values. */
export class Counter {
  private readonly values = new Map<string, number>();

  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly labels: Labels,
  ) {}

  add(values: Labels, by = 1): void {
    const key = labelText(this.labels, values);
    this.values.set(key, (this.values.get(key) ?? 0) + by);
  }

  render(): string {
    const lines = [...this.values].map(([labels, value]) => `${this.name}{${labels}} ${value}\n`);
    return header(this.name, this.help, 'counter') + lines.join('');
  }
}

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Durations in fixed buckets. */
export class Histogram {
  private readonly series = new Map<string, { buckets: number[]; sum: number; count: number }>();

  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly labels: Labels,
  ) {}

  observe(values: Labels, seconds: number): void {
    const key = labelText(this.labels, values);
    const entry = this.series.get(key) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 };
    entry.buckets = entry.buckets.map((count, index) => count + (seconds <= (BOUNDS[index] ?? Infinity) ? 1 : 0));
    entry.sum += seconds;
    entry.count += 1;
    this.series.set(key, entry);
  }

  render(): string {
    const lines = [...this.series].flatMap(([labels, { buckets, sum, count }]) => [
      ...buckets.map((value, index) => `${this.name}_bucket{${labels},le="${BOUNDS[index]}"} ${value}\n`),
      `${this.name}_bucket{${labels},le="+Inf"} ${count}\n`,
      `${this.name}_sum{${labels}} ${sum}\n`,
      `${this.name}_count{${labels}} ${count}\n`,
    ]);
    return header(this.name, this.help, 'histogram') + lines.join('');
  }
}

/** CPU, memory and uptime under the names Prometheus' own client libraries use. */
export function processMetrics(): string {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return [
    single('process_cpu_seconds_total', 'CPU time used', 'counter', (user + system) / 1e6),
    single('process_resident_memory_bytes', 'Resident memory', 'gauge', rss),
    single('nodejs_heap_size_used_bytes', 'Heap in use', 'gauge', heapUsed),
    single('process_uptime_seconds', 'Seconds since the start', 'gauge', process.uptime()),
  ].join('');
}

function single(name: string, help: string, type: 'counter' | 'gauge', value: number): string {
  return `${header(name, help, type)}${name} ${value}\n`;
}

function header(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function labelText(names: Labels, values: Labels): string {
  return names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
