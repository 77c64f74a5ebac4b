import type { Static, TSchema } from '@sinclair/typebox';
import type { TypeCheck } from '@sinclair/typebox/compiler';
import type { FastifyInstance } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { isDataFault } from '../../db/core/database-failure';
import './formats';
import { type NdjsonLine, readNdjson } from './ndjson';
import { findStrangePart } from './strange-text';

/** Rows stored in one statement. */
const AT_ONCE = 1_000;
const MAX_LINE_LENGTH = 64 * 1024;
const ERRORS_REPORTED = 1_000;
const NOT_STORABLE = 'holds a value that cannot be stored';

/** @returns the reason that a row was left out. Absent: all rows were stored. */
type LeftOut<Row> = ((row: Row) => string | null) | void;

/** A kind of line: how it has to look, and how a batch of them is stored. */
export interface LineKind {
  check: TypeCheck<TSchema>;
  store: (rows: object[]) => Promise<LeftOut<object>>;
  /** Why the database refused a row; undefined: for one of its values. */
  refusal: (error: unknown) => string | undefined;
}

export function lineKind<S extends TSchema>(
  check: TypeCheck<S>,
  store: (rows: Static<S>[]) => Promise<LeftOut<Static<S>>>,
  refusal: LineKind['refusal'] = () => undefined,
): LineKind {
  return { check, store, refusal };
}

export interface ImportReport<K extends string> {
  accepted: number;
  rejected: number;
  /** Of the accepted ones. */
  kinds: Record<K, number>;
  errors: { line: number; detail: string }[];
}

/** Lets the routes of `app` take NDJSON, of any length, and nothing else. */
export function acceptNdjson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
}

/**
 * Stores every good line and names the bad ones, a thousand lines at a time: while one thousand is stored the next is read,
 * and the sender waits for both, so memory stays flat however many there are. Of each thousand the kinds are stored in the
 * order in which they are given. Sending a file again changes nothing.
 */
export async function importLines<K extends string>(
  body: unknown,
  kinds: Record<K, LineKind>,
  kindOf: (value: unknown) => unknown,
): Promise<ImportReport<K>> {
  if (!body) throw new ApiError('bad-request', 'Send the rows as application/x-ndjson, one per line.');
  const importer = new Importer(kinds);
  let storing: Promise<void> = Promise.resolve();
  const storeInBackground = async (): Promise<void> => {
    await storing;
    storing = importer.store();
    storing.catch(() => undefined);
  };
  for await (const entry of readNdjson(body as AsyncIterable<Uint8Array>, MAX_LINE_LENGTH)) {
    if (importer.add(entry, kindOf) >= AT_ONCE) await storeInBackground();
  }
  await storeInBackground();
  await storing;
  return importer.report();
}

type NumberedRow = { line: number; row: object };

class Importer<K extends string> {
  private waiting: [K, NumberedRow][] = [];
  private rejected = 0;
  private readonly accepted: Record<K, number>;
  private readonly errors: ImportReport<K>['errors'] = [];
  private readonly names: K[];

  constructor(private readonly kinds: Record<K, LineKind>) {
    this.names = Object.keys(kinds) as K[];
    this.accepted = Object.fromEntries(this.names.map((name) => [name, 0])) as Record<K, number>;
  }

  /** @returns how many rows wait to be stored. */
  add(entry: NdjsonLine, kindOf: (value: unknown) => unknown): number {
    const { line } = entry;
    if ('problem' in entry) this.reject(line, entry.problem);
    else this.addValue(line, entry.value, kindOf(entry.value));
    return this.waiting.length;
  }

  /** What waits now; what comes while it is stored waits for the next time. */
  async store(): Promise<void> {
    const batch = this.waiting.splice(0);
    for (const kind of this.names) {
      const rows = batch.flatMap(([name, row]) => (name === kind ? [row] : []));
      await this.storeRows(kind, rows);
    }
  }

  report(): ImportReport<K> {
    const accepted = Object.values<number>(this.accepted).reduce((sum, count) => sum + count, 0);
    this.errors.sort((a, b) => a.line - b.line);
    return { accepted, rejected: this.rejected, kinds: this.accepted, errors: this.errors };
  }

  private addValue(line: number, value: unknown, named: unknown): void {
    const kind = this.names.find((name) => name === named);
    if (kind === undefined) return this.reject(line, `/kind: is one of ${this.names.join(', ')}`);
    const { check } = this.kinds[kind];
    const first = check.Check(value) ? undefined : check.Errors(value).First();
    const fault = first ? { pointer: first.path, message: first.message } : findStrangePart(value);
    if (fault) this.reject(line, `${fault.pointer}: ${fault.message}`);
    else this.waiting.push([kind, { line, row: value as object }]);
  }

  /** Rows of which the database refuses one are halved until that one is alone: the others are stored. */
  private async storeRows(kind: K, rows: NumberedRow[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const { store, refusal } = this.kinds[kind];
    try {
      const leftOut = await store(rows.map(({ row }) => row));
      for (const { line, row } of rows) {
        const problem = leftOut?.(row) ?? null;
        if (problem === null) this.accepted[kind] += 1;
        else this.reject(line, problem);
      }
    } catch (error) {
      if (!isDataFault(error)) throw error;
      if (rows.length === 1) return this.reject(first.line, refusal(error) ?? NOT_STORABLE);
      const half = Math.ceil(rows.length / 2);
      await this.storeRows(kind, rows.slice(0, half));
      await this.storeRows(kind, rows.slice(half));
    }
  }

  private reject(line: number, detail: string): void {
    this.rejected += 1;
    if (this.errors.length < ERRORS_REPORTED) this.errors.push({ line, detail });
  }
}
