import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { BoundedList, BoundedMap } from './bounded';

/** What a request is about, as far as it says so. */
export interface Subject {
  userId?: string;
  courseId?: string;
  contentId?: string;
  examId?: string;
  externalId?: string;
}

/** A request as it came in, whether or not anything was answered. */
export interface LogEntry extends Subject {
  seq: number;
  phase: 'received' | 'answered';
  at: string;
  answeredAt: string | null;
  /** `credit`, `grades`, `certificates`, `instructor`, `courses`, `token`, `provider:<name>`, `mail` or `unknown`. */
  service: string;
  method: string;
  path: string;
  query: Record<string, string>;
  idempotencyKey: string | null;
  body: unknown;
  /** Null until answered, and for ever when the connection was destroyed. */
  status: number | null;
  /** The connection was destroyed instead of an answer. */
  destroyed: boolean;
  /** The key had been applied before. */
  repeat: boolean;
  /** The request had an effect. */
  applied: boolean;
}

/** An effect that took place, once. */
export interface AppliedEntry extends Subject {
  seq: number;
  at: string;
  service: string;
  effect: string;
  idempotencyKey: string | null;
  body: unknown;
}

/** `since`: entries whose seq is larger. */
export interface Filter {
  service?: string;
  courseId?: string;
  userId?: string;
  since?: number;
}

interface Remembered {
  status: number;
  body: unknown;
}

/** Everything the simulator saw, in memory and, when a file is named, as NDJSON lines the moment it happens. */
export class Journal {
  /** Requests by service since the log was cleared, those included that are forgotten. */
  readonly counts = new Map<string, number>();
  private seq = 0;
  private readonly entries: BoundedList<LogEntry>;
  private readonly effects: BoundedList<AppliedEntry>;
  private readonly answers: BoundedMap<Remembered>;
  private readonly file: WriteStream | null;

  constructor(keep: number, file?: string) {
    this.entries = new BoundedList(keep);
    this.effects = new BoundedList(keep);
    this.answers = new BoundedMap(keep);
    this.file = file === undefined ? null : createWriteStream(file, { flags: 'a' });
  }

  received(
    request: Pick<LogEntry, 'service' | 'method' | 'path' | 'query' | 'idempotencyKey' | 'body'> & Subject,
  ): LogEntry {
    const entry: LogEntry = {
      seq: ++this.seq,
      phase: 'received',
      at: new Date().toISOString(),
      answeredAt: null,
      status: null,
      destroyed: false,
      repeat: request.idempotencyKey !== null && this.remembered(request.service, request.idempotencyKey) !== undefined,
      applied: false,
      ...request,
    };
    this.counts.set(entry.service, (this.counts.get(entry.service) ?? 0) + 1);
    this.entries.add(entry);
    this.write(entry);
    return entry;
  }

  answered(entry: LogEntry, status: number | null): void {
    entry.phase = 'answered';
    entry.answeredAt = new Date().toISOString();
    entry.status = status;
    entry.destroyed = status === null;
    this.write(entry);
  }

  /** Must be called in the same turn as the look-up of the key, so that a key never has two effects. */
  applied(entry: LogEntry, effect: string, answer: Remembered): void {
    const { seq, service, idempotencyKey, body, userId, courseId, contentId, examId, externalId } = entry;
    const subject = defined({ userId, courseId, contentId, examId, externalId });
    const at = new Date().toISOString();
    entry.applied = true;
    this.effects.add({ seq, at, service, effect, idempotencyKey, body, ...subject });
    this.write({ phase: 'applied', seq, at, service, effect, idempotencyKey, ...subject });
    if (idempotencyKey !== null) this.answers.set(`${service} ${idempotencyKey}`, answer);
  }

  remembered(service: string, key: string): Remembered | undefined {
    return this.answers.get(`${service} ${key}`);
  }

  log(filter: Filter = {}): LogEntry[] {
    return this.entries.all().filter((entry) => matches(entry, filter));
  }

  appliedEffects(filter: Filter = {}): AppliedEntry[] {
    return this.effects.all().filter((entry) => matches(entry, filter));
  }

  /** Forgets entries and effects, but no keys: what was applied stays applied. */
  clear(): void {
    this.entries.clear();
    this.effects.clear();
    this.counts.clear();
  }

  async close(): Promise<void> {
    if (!this.file) return;
    this.file.end();
    await once(this.file, 'close');
  }

  private write(line: object): void {
    this.file?.write(`${JSON.stringify(line)}\n`);
  }
}

function matches(entry: LogEntry | AppliedEntry, filter: Filter): boolean {
  return (
    (filter.service === undefined || entry.service === filter.service) &&
    (filter.courseId === undefined || entry.courseId === filter.courseId) &&
    (filter.userId === undefined || entry.userId === filter.userId) &&
    (filter.since === undefined || entry.seq > filter.since)
  );
}

function defined(subject: { [K in keyof Subject]: Subject[K] | undefined }): Subject {
  return Object.fromEntries(Object.entries(subject).filter(([, value]) => value !== undefined));
}
