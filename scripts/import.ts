import { createReadStream, statSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { DEFAULT_DEV_KEY_FILE, signDevToken } from '../config/dev-key';
import type { CustomerImportAnswer } from '../contracts/http/customer-import';

const HELP = `Imports a customer's learners, enrollments, consents and earlier transmissions from a file, one JSON object per line.

  npm run import -- --customer ID [options] FILE      FILE - reads standard input

  --url URL           the API (default http://127.0.0.1:8080)
  --token TOKEN       a token with scope exports:write (default: one signed with the key of AUTH_DEV_KEY_FILE,
                      ${DEFAULT_DEV_KEY_FILE})
  --errors N          how many faulty lines to show (default 20)
  --help

Lines, learners before their enrollments:

  {"kind":"learner","userId":"100","username":"ann","email":"ann@example.com","active":true,"linked":true}
  {"kind":"enrollment","enrollmentId":301,"userId":"100","courseRunId":"course-v1:X+1+2026","courseKey":"X+1","mode":"verified"}
  {"kind":"consent","userId":"100","courseId":"X+1","granted":true}
  {"kind":"audit","auditId":1,"channelId":"sap","enrollmentId":301,"courseId":"X+1","grade":"Pass","isTransmitted":true}

Importing a file again changes nothing. Faulty lines are named, good ones kept.
Exit code: 0 all lines stored, 1 some were not, 2 nothing was (misuse, or the API refused).`;

interface Options {
  customer: string;
  file: string;
  url: string;
  token: string;
  errorsShown: number;
}

interface Answer {
  status: number;
  text: string;
}

async function main(): Promise<number> {
  const options = await readOptions();
  if (typeof options === 'number') return options;
  const { status, text } = await send(options);
  if (status !== 200) {
    console.error(text);
    return 2;
  }
  const answer = JSON.parse(text) as CustomerImportAnswer;
  for (const { line, detail } of answer.errors.slice(0, options.errorsShown)) console.error(`line ${line}: ${detail}`);
  const hidden = answer.rejected - Math.min(answer.errors.length, options.errorsShown);
  if (hidden > 0) console.error(`… and ${hidden} more`);
  const kinds = Object.entries(answer.kinds).flatMap(([kind, count]) => (count > 0 ? [`${kind} ${count}`] : []));
  console.log(`${answer.accepted} stored (${kinds.join(', ') || 'nothing'}), ${answer.rejected} faulty`);
  return answer.rejected > 0 ? 1 : 0;
}

async function readOptions(): Promise<Options | number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { customer: text, url: text, token: text, errors: text, help: { type: 'boolean', short: 'h' } },
  });
  const [file] = positionals;
  const { customer, help = false } = values;
  if (help || file === undefined || positionals.length > 1 || customer === undefined) {
    (help ? console.log : console.error)(HELP);
    return help ? 0 : 2;
  }
  const token = values.token ?? (await devToken());
  const url = values.url ?? 'http://127.0.0.1:8080';
  return { customer, file, token, url, errorsShown: Number(values.errors ?? 20) };
}

/** Sends the file as it is read: the service reads no faster than it stores, so what was sent shows how far it is. */
async function send({ customer, file, url, token }: Options): Promise<Answer> {
  const address = new URL(`/v1/customers/${encodeURIComponent(customer)}/import`, url);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
  const begin = address.protocol === 'https:' ? requestHttps : requestHttp;
  const request = begin(address, { method: 'POST', headers });
  const answered = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
  });
  const progress = new Progress(file === '-' ? undefined : statSync(file).size);
  const source: Readable = file === '-' ? process.stdin : createReadStream(file);
  const aborted = new AbortController();
  // A refusal may come before everything was sent; then the answer counts, and what is left is not sent any more.
  const sent = pipeline(source, progress.counter(), request, { signal: aborted.signal }).catch(() => undefined);
  try {
    return await answered;
  } finally {
    aborted.abort();
    await sent;
    progress.stop();
  }
}

/** A bar on a terminal; elsewhere a line every ten seconds. */
class Progress {
  private bytes = 0;
  private readonly started = Date.now();
  private readonly bar: SingleBar | undefined;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(private readonly total: number | undefined) {
    if (process.stderr.isTTY && total !== undefined) {
      this.bar = new SingleBar({
        format: '{bar} {percentage} %  {rate} MB/s  {eta_formatted} left',
        stream: process.stderr,
      });
      this.bar.start(total, 0, { rate: '-' });
    } else {
      this.timer = setInterval(() => console.error(this.line()), 10_000);
    }
  }

  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.bytes += chunk.length;
        this.bar?.update(this.bytes, { rate: this.rate() });
        done(null, chunk);
      },
    });
  }

  stop(): void {
    this.bar?.stop();
    clearInterval(this.timer);
  }

  private rate(): string {
    return (this.bytes / 1_000 / Math.max(1, Date.now() - this.started)).toFixed(1);
  }

  private line(): string {
    const share = this.total ? `${Math.floor((100 * this.bytes) / this.total)} %, ` : '';
    return `${share}${(this.bytes / 1e6).toFixed(0)} MB sent, ${this.rate()} MB/s`;
  }
}

function devToken(): Promise<string> {
  const keyFile = process.env['AUTH_DEV_KEY_FILE'] || DEFAULT_DEV_KEY_FILE;
  return signDevToken(keyFile, { sub: 'importer', scope: 'exports:write' });
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 2;
  },
);
