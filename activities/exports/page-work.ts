import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { PageInput, PageResult } from '../../contracts/exports/activities';
import type { ExportCursor } from '../../contracts/exports/messages';
import type { EarlierRecords } from '../../db/exports/page-records';
import type { OutcomeRecord, StoredRecord } from '../../db/exports/records';
import { type ExportRun, updateRun } from '../../db/exports/runs';
import { cursorAfter, type SelectedEnrollment } from '../../db/exports/selection';
import type { ExportRequest } from '../../domain/exports/model';
import type { OpenChannel } from './channel-pool';
import { coursesOf } from './course-look-ups';
import type { Delivery } from './delivery';
import type { ExportDependencies } from './dependencies';
import { Interrupted, LookUps } from './look-ups';
import { coursesWanted, deliver, type PageContext, prepare, type UnitEnd } from './page';
import { Rehearsal } from './rehearsal';
import { Sender } from './sender';
import { Settler } from './settler';
import { counted } from './tally';

/** Ends of a page wait so long for company; those of a channel that is not idempotent are written at once. */
const LINGER_MS = 25;
/** So many look-ups before the end of a page the next one is read. */
const LAST = 500;

interface Unit {
  sequence: number;
  selected: SelectedEnrollment;
}

export interface PageRun {
  input: PageInput;
  run: ExportRun;
  open: OpenChannel;
  request: ExportRequest;
  /** The page comes to its end: the next one may be read. */
  readAhead: () => void;
}

/** One try of a page: from look-ups to settled outcomes. */
export class PageWork {
  private readonly signal = cancellationSignal();
  private readonly written: Pick<StoredRecord, 'outcome' | 'reason'>[];
  private readonly done: Set<string>;
  private readonly units: Unit[];
  private readonly settler: Settler;
  private lastSequence: number;
  private failure: unknown = null;
  private told = 0;
  private telling: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly dependencies: ExportDependencies,
    private readonly given: PageRun,
    private readonly page: SelectedEnrollment[],
    { records, taken, last }: EarlierRecords,
  ) {
    const { input, run, open } = given;
    this.written = [...records];
    this.done = new Set(records.map(({ enrollmentId }) => enrollmentId));
    this.lastSequence = Math.max(input.sequence + page.length, last);
    this.units = page.flatMap((selected, at) => {
      if (this.done.has(selected.facts.enrollment.id)) return [];
      const place = input.sequence + at + 1;
      return [{ selected, sequence: taken.has(place) ? (this.lastSequence += 1) : place }];
    });
    const lingerMs = open.channel?.idempotent === false && !run.dryRun ? 0 : LINGER_MS;
    this.settler = new Settler(dependencies.knex, run, (records) => this.noteWritten(records), lingerMs);
  }

  async run(): Promise<PageResult> {
    const { knex, platform } = this.dependencies;
    const { run, open, request } = this.given;
    const lookUps = new LookUps(this.dependencies, run.id, this.signal);
    try {
      const wanted = coursesWanted(request, this.page);
      const asking = { knex, client: platform.courses, lookUps, exportId: run.id };
      const courses = await coursesOf(asking, wanted);
      const delivery = this.delivery();
      await this.workOff({ knex, run, request, open, lookUps, courses, delivery });
      await this.settler.finish();
      return await this.result(delivery instanceof Sender ? delivery.stopped : null);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      return this.result(null);
    }
  }

  /** For Temporal's UI and the run's row; by its answer to the heartbeat a cancellation reaches this page. */
  tellProgress(): void {
    heartbeat({ cursor: this.settledUpTo(), settled: this.written.length, of: this.page.length });
    if (this.written.length === this.told) return;
    this.told = this.written.length;
    const { input, run } = this.given;
    const totals = counted(input.totals, this.written);
    this.telling = this.telling
      .then(() => updateRun(this.dependencies.knex, run.id, { totals }, new Date()))
      .catch(() => undefined);
  }

  private delivery(): Delivery {
    const { knex, channels, limits } = this.dependencies;
    const { run, open } = this.given;
    const { channel } = open;
    if (run.dryRun || channel === null) return new Rehearsal(knex, run.configurationId, run.level);
    const forget = (): void => channels.forget(run.configurationId);
    return new Sender({ knex, run, open: { ...open, channel }, limits, signal: this.signal, forget });
  }

  /** Look-ups go ahead of sending: as many runners as may ask at once, and nobody waits for a delivery. */
  private async workOff(context: PageContext): Promise<void> {
    const pending = new Set<Promise<void>>();
    const queue = this.units.entries();
    const ahead = Math.max(0, this.units.length - LAST);
    const runner = async (): Promise<void> => {
      for (const [at, unit] of queue) {
        if (this.signal.aborted || this.failure !== null || isStopped(context.delivery)) return;
        if (at === ahead) this.given.readAhead();
        const prepared = await this.safely(() => prepare(context, unit.selected));
        if (!prepared) continue;
        const delivery = this.end(unit, deliver(context, unit.selected, prepared));
        pending.add(delivery);
        void delivery.then(() => pending.delete(delivery));
      }
    };
    const runners = Math.min(this.dependencies.limits.lookupConcurrency, this.units.length);
    await Promise.all(Array.from({ length: runners }, runner));
    context.delivery.hurry();
    await Promise.all(pending);
    if (this.failure !== null) throw this.failure as Error;
  }

  private async safely<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Interrupted)) this.failure ??= error;
      return null;
    }
  }

  private async end({ sequence, selected }: Unit, delivered: Promise<UnitEnd | null>): Promise<void> {
    const end = await this.safely(() => delivered);
    if (end) this.settler.add({ sequence, selected, end });
  }

  private noteWritten(records: readonly OutcomeRecord[]): void {
    for (const { enrollmentId, outcome } of records) {
      this.done.add(enrollmentId);
      this.written.push({ outcome: outcome.kind, reason: 'reason' in outcome ? outcome.reason : null });
    }
  }

  /** A page with gaps is begun again where it began: what is written of it is found there. */
  private async result(stop: PageResult['stop']): Promise<PageResult> {
    const { input, run } = this.given;
    const totals = counted(input.totals, this.written);
    const cursor = this.settledUpTo();
    const row = { totals, ...(cursor === null ? {} : { cursor }) };
    await this.telling;
    await updateRun(this.dependencies.knex, run.id, row, new Date());
    const held = this.written.filter(({ reason }) => reason === 'in-doubt').length;
    const isWhole = this.units.every(({ selected }) => this.done.has(selected.facts.enrollment.id));
    if (!isWhole) {
      const { after, sequence } = input;
      return { cursor: after, sequence, totals: input.totals, state: stop ? 'stopped' : 'interrupted', stop, held };
    }
    const state = stop ? 'stopped' : this.page.length < input.pageSize ? 'end' : 'more';
    return { cursor: cursor ?? input.after, sequence: this.lastSequence, totals, state, stop, held };
  }

  /** The last enrollment before which all have their outcome. */
  private settledUpTo(): ExportCursor | null {
    const gap = this.page.findIndex(({ facts }) => !this.done.has(facts.enrollment.id));
    return cursorAfter(gap === -1 ? this.page : this.page.slice(0, gap));
  }
}

function isStopped(delivery: Delivery): boolean {
  return delivery instanceof Sender && delivery.stopped !== null;
}
