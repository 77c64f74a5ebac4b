/** One line of values in Prometheus' text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What one `# TYPE` line begins; a histogram's samples end in `_bucket`, `_sum` and `_count`. */
export interface MetricFamily {
  name: string;
  type: string;
  help: string | undefined;
  samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\["\\\\n])*)"';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL}(?:,(?=[^}])|(?=\\})))*)\\})? (\\S+)$`);
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];

/**
 * Reads the text format 0.0.4 and nothing laxer. @throws at the first line that Prometheus would refuse or take for something
 * else: a name or label that is none, samples apart from their TYPE or twice, counters below zero, buckets that don't add up.
 */
export function parseExposition(text: string): Map<string, MetricFamily> {
  if (!text.endsWith('\n')) throw new Error('The last line has no end.');
  const families = new Map<string, MetricFamily>();
  const helps = new Map<string, string>();
  let current: MetricFamily | undefined;
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') setOnce(helps, name, rest, line);
    else if (keyword === 'TYPE') setOnce(families, name, (current = familyOf(name, rest, helps.get(name))), line);
    else if (!line.startsWith('#')) addSample(parseSample(line), current);
  }
  for (const family of families.values()) if (family.type === 'histogram') checkBuckets(family);
  return families;
}

function setOnce<T>(map: Map<string, T>, name: string, value: T, line: string): void {
  if (map.has(name)) throw new Error(`A second time: ${line}`);
  map.set(name, value);
}

function familyOf(name: string, type: string, help: string | undefined): MetricFamily {
  if (!new RegExp(`^${NAME}$`).test(name) || !TYPES.includes(type)) throw new Error(`Not a TYPE: ${name} ${type}`);
  return { name, type, help, samples: [] };
}

function parseSample(line: string): Sample {
  const found = SAMPLE.exec(line);
  const value = Number(found?.at(-1)?.replace(/^([+-]?)Inf$/, '$1Infinity'));
  if (!found || (Number.isNaN(value) && !/^nan$/i.test(found.at(-1) ?? ''))) throw new Error(`Not a sample: ${line}`);
  const pairs = [...(found[2] ?? '').matchAll(new RegExp(LABEL, 'g'))].map(([, key = '', text = '']) => [key, text]);
  const labels = Object.fromEntries(pairs) as Record<string, string>;
  if (Object.keys(labels).length !== pairs.length) throw new Error(`A label twice: ${line}`);
  return { name: found[1] ?? '', labels, value };
}

function addSample(sample: Sample, family: MetricFamily | undefined): void {
  const endings = family?.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!family || !endings.some((ending) => sample.name === family.name + ending))
    throw new Error(`${sample.name} does not follow its TYPE.`);
  if (family.type === 'counter' && !(sample.value >= 0)) throw new Error(`${sample.name} is ${sample.value}.`);
  if (family.samples.some((other) => identityOf(other) === identityOf(sample)))
    throw new Error(`Twice: ${identityOf(sample)}`);
  family.samples.push(sample);
}

function identityOf({ name, labels }: Sample): string {
  return `${name} ${JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)))}`;
}

/** Each series has a bucket for everything, which holds as many as `_count` says, and none holds less than the one before. */
function checkBuckets({ name, samples }: MetricFamily): void {
  const seriesOf = ({ labels: { le: _le, ...labels } }: Sample): string => identityOf({ name, labels, value: 0 });
  for (const count of samples.filter((sample) => sample.name === `${name}_count`)) {
    const buckets = samples
      .filter((sample) => sample.name === `${name}_bucket` && seriesOf(sample) === seriesOf(count))
      .map(({ labels, value }) => ({ bound: Number(labels['le']?.replace('+Inf', 'Infinity')), value }))
      .sort((one, other) => one.bound - other.bound);
    const isGrowing = buckets.every(({ value }, at) => at === 0 || value >= (buckets[at - 1]?.value ?? 0));
    const last = buckets.at(-1);
    if (!isGrowing || last?.bound !== Infinity || last.value !== count.value)
      throw new Error(`The buckets of ${seriesOf(count)} don't add up.`);
  }
}
