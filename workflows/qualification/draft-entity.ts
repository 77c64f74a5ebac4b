import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { DraftActivities, DraftResult } from '../../contracts/qualification/activities';
import type {
  DraftCommand,
  DraftRef,
  DraftView,
  QualificationDraftInput,
} from '../../contracts/qualification/messages';
import { decideOptions } from '../activity-options';
import { Mutex } from '../mutex';
import { draftWorkOptions } from './draft-options';

type ShortActivities = Pick<DraftActivities, 'loadDraft' | 'configureDraft' | 'discardDraft' | 'expireDraft'>;

const local = proxyLocalActivities<ShortActivities>(decideOptions);

/** A run without a row to care for, and without a command, closes after so long. */
const IDLE = '30 seconds';

/** A draft inside its workflow. */
export class DraftEntity {
  /** What is known of the row; null before anything was chosen. */
  view: DraftView | null = null;
  private readonly mutex = new Mutex();
  private loaded = false;
  private changes = 0;
  private running = 0;
  private readonly ref: DraftRef;

  constructor(private readonly input: QualificationDraftInput) {
    this.ref = { periodId: input.periodId, draftId: input.draftId };
  }

  /** Answers when the preview is there, or without it after a short wait. @throws ApplicationFailure with the code. */
  async configure(command: DraftCommand): Promise<DraftView> {
    const chosen = await this.execute(() => local.configureDraft({ ...this.ref, ...command }));
    if (chosen.state !== 'computing') return chosen;
    await condition(() => this.view?.state !== 'computing', this.input.previewWaitMs);
    return this.view ?? chosen;
  }

  discard(command: DraftCommand): Promise<DraftView> {
    return this.execute(() => local.discardDraft({ ...this.ref, ...command }));
  }

  save(command: DraftCommand): Promise<DraftView> {
    const { saveDraft } = proxyActivities<DraftActivities>(draftWorkOptions('save the draft'));
    return this.execute(() => saveDraft({ ...this.ref, ...command }));
  }

  wake(): void {
    this.changes += 1;
    this.loaded = false;
  }

  /** Resolves when the draft ended and every caller has an answer. */
  async runUntilOver(): Promise<void> {
    for (;;) {
      const seen = this.changes;
      if (!this.loaded) await this.load();
      if (this.view?.state === 'computing') await this.preview();
      else if (this.isOver()) {
        await condition(allHandlersFinished);
        if (this.changes === seen) return;
      } else await this.waitForChange(seen);
    }
  }

  private async waitForChange(seen: number): Promise<void> {
    const changed = (): boolean => this.changes !== seen;
    if (this.view === null) {
      if (!(await condition(changed, IDLE))) await condition(() => changed() || this.running === 0);
      if (!changed()) this.closing = true;
      return;
    }
    const untilExpiry = Math.max(0, (this.view.expiresAtMs ?? 0) - Date.now());
    if (await condition(changed, untilExpiry + 1)) return;
    this.apply(await this.mutex.runExclusive(() => local.expireDraft(this.ref)));
  }

  private closing = false;

  private isOver(): boolean {
    if (this.closing) return true;
    const state = this.view?.state;
    return state === 'saved' || state === 'discarded' || state === 'expired';
  }

  private async load(): Promise<void> {
    this.loaded = true;
    this.apply(await this.mutex.runExclusive(() => local.loadDraft(this.ref)));
  }

  private async preview(): Promise<void> {
    const { previewDraft } = proxyActivities<DraftActivities>(draftWorkOptions('work out the preview'));
    this.apply(await previewDraft(this.ref));
  }

  private async execute(work: () => Promise<DraftResult>): Promise<DraftView> {
    this.running += 1;
    try {
      const result = await this.mutex.runExclusive(work);
      if (result.kind === 'refused') throw ApplicationFailure.nonRetryable(result.code, result.code);
      this.apply(result.view);
      return result.view;
    } finally {
      this.running -= 1;
      this.changes += 1;
    }
  }

  /** An answer that took longer than a newer one changes nothing. */
  private apply(view: DraftView | null): void {
    if (view === null || (this.view !== null && view.version < this.view.version)) return;
    this.view = view;
    this.changes += 1;
    setCurrentDetails(detailsOf(view));
  }
}

function detailsOf({ state, students, qualify, hash, failure, savedSeq }: DraftView): string {
  const rows: [string, string | number | null][] = [
    ['state', failure === null ? state : `${state}: ${failure}`],
    ['students', students],
    ['qualify', qualify],
    ['hash', hash],
    ['saved as status', savedSeq],
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value ?? '–'} |`)].join('\n');
}
