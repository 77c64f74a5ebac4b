import { parseArgs } from 'node:util';
import { dataDirOf, runningAddresses } from '../../config/running-file';
import { SimulatorClient } from './client';
import type { FaultSettings } from './faults';

const USAGE = `Steers a running simulator.

  npm run sim -- fault <service> [--outage] [--status 503] [--refuse 400] [--remaining 5] [--latency MS]
                                 [--error-rate 0.3] [--retry-after S] [--hang] [--drop-answer] [--html]
  npm run sim -- clear [service]
  npm run sim -- faults
  npm run sim -- log | applied [--service S] [--course C] [--user U] [--since SEQ]
  npm run sim -- mails
  npm run sim -- channel <name> ['<json>']    settings and totals of a channel: sap degreed2 canvas lrs
  npm run sim -- answer <topic> '<json>'      topics: course-name override registration removal course learner-data tokens

Services: credit grades certificates instructor courses token mail provider:<name> channel:<name>,
provider, channel (all of them), * (everything).
Where the simulator is: --url, else SIMULATOR_URL, else the running \`npm start\` of --data-dir (INVIGIL_DATA_DIR, .invigil),
else http://127.0.0.1:8090. Exit code: 0 done, 1 it failed, 2 misused.`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** Ends the process, 2, for options that do not exist. */
function readArguments() {
  const faults = {
    outage: flag,
    hang: flag,
    html: flag,
    'drop-answer': flag,
    status: text,
    refuse: text,
    remaining: text,
  };
  const pauses = { latency: text, 'error-rate': text, 'retry-after': text };
  const filters = { service: text, course: text, user: text, since: text };
  const rest = { url: text, 'data-dir': text, help: flag };
  try {
    return parseArgs({ allowPositionals: true, options: { ...faults, ...pauses, ...filters, ...rest } });
  } catch (error) {
    console.error(`${(error as Error).message}\nSee: npm run sim -- --help`);
    process.exit(2);
  }
}

const { values, positionals } = readArguments();

const url =
  values.url ??
  (process.env['SIMULATOR_URL'] || runningAddresses(dataDirOf(values['data-dir']))?.simulator) ??
  'http://127.0.0.1:8090';

function faultOf(): FaultSettings {
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
  const settings = {
    outage: values.outage,
    hang: values.hang,
    html: values.html,
    dropAnswer: values['drop-answer'],
    status: number(values.status),
    refuse: number(values.refuse),
    remaining: number(values.remaining),
    latencyMs: number(values.latency),
    errorRate: number(values['error-rate']),
    retryAfterSeconds: number(values['retry-after']),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function listQuery(): string {
  const { service, course: courseId, user: userId, since } = values;
  const wanted = Object.entries({ service, courseId, userId, since });
  return new URLSearchParams(wanted.filter((pair): pair is [string, string] => pair[1] !== undefined)).toString();
}

async function control(method: string, path: string, body?: unknown): Promise<void> {
  const content = (await new SimulatorClient(url).send(method, path, body).catch(inWords)) as { items?: unknown[] };
  for (const line of content.items ?? [content]) console.log(JSON.stringify(line));
}

/** @throws what keeps the simulator from answering, in words for the person who typed the command. */
function inWords(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw new Error(
    `No simulator answers at ${url}. Is \`npm start\` running? --url or SIMULATOR_URL name another address.`,
  );
}

type Command = (subject: string, json: string | undefined) => Promise<void> | null;

/** Null: the arguments do not fit the command. */
const COMMANDS: Record<string, Command> = {
  fault: (service) => (service ? control('PUT', `faults/${encodeURIComponent(service)}`, faultOf()) : null),
  clear: (service) => control('DELETE', service ? `faults/${encodeURIComponent(service)}` : 'faults'),
  answer: (topic, json) => (json ? control('PUT', `answers/${encodeURIComponent(topic)}`, parsed(json)) : null),
  channel: (name, json) =>
    name ? control(json ? 'PUT' : 'GET', `channels/${encodeURIComponent(name)}`, json && parsed(json)) : null,
  log: () => control('GET', `log?${listQuery()}`),
  applied: () => control('GET', `applied?${listQuery()}`),
  mails: () => control('GET', 'mails'),
  faults: () => control('GET', 'faults'),
};

/** @throws in words for the person who typed it */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`This is no JSON: ${json}`);
  }
}

async function main(): Promise<void> {
  const [command = '', subject = '', json] = positionals;
  if (values.help || command === '') return console.log(USAGE);
  const running = COMMANDS[command]?.(subject, json);
  if (running) return running;
  console.error(
    `There is no such command, or it lacks something: ${positionals.join(' ')}\nSee: npm run sim -- --help`,
  );
  process.exitCode = 2;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
