import type { Knex } from 'knex';
import { draftActivities } from '../../activities/qualification/activities';
import type { DraftGateway } from '../../clients/temporal/qualification-drafts';
import { ApiError } from '../../contracts/api-error';
import type { DraftActivities, DraftResult } from '../../contracts/qualification/activities';
import type { DraftCommand, DraftRef, DraftView } from '../../contracts/qualification/messages';
import type { QualificationPlugin } from '../../domain/qualification/plugin';

/** Runs a draft's real activities at once, without a workflow between: for tests of everything but Temporal. */
export class DirectDrafts implements DraftGateway {
  readonly activities: DraftActivities;
  /** Called before a preview is worked out. */
  beforePreview: () => Promise<void> = async () => undefined;
  isUp = true;

  constructor(
    knex: Knex,
    plugins: readonly QualificationPlugin[],
    { now = () => new Date(), draftExpiresMs = 86_400_000 }: { now?: () => Date; draftExpiresMs?: number } = {},
  ) {
    this.activities = draftActivities({ knex, plugins, limits: { draftExpiresMs }, now, heartbeat: () => undefined });
  }

  async configure(ref: DraftRef, command: DraftCommand): Promise<DraftView> {
    const view = this.viewOf(await this.call(() => this.activities.configureDraft({ ...ref, ...command })));
    if (view.state !== 'computing') return view;
    await this.beforePreview();
    return (await this.activities.previewDraft(ref)) ?? view;
  }

  async save(ref: DraftRef, command: DraftCommand): Promise<DraftView> {
    return this.viewOf(await this.call(() => this.activities.saveDraft({ ...ref, ...command })));
  }

  async discard(ref: DraftRef, command: DraftCommand): Promise<DraftView> {
    return this.viewOf(await this.call(() => this.activities.discardDraft({ ...ref, ...command })));
  }

  async wakeDraft(): Promise<void> {}

  private async call(work: () => Promise<DraftResult>): Promise<DraftResult> {
    if (!this.isUp) throw new ApiError('temporal-unavailable');
    return work();
  }

  private viewOf(result: DraftResult): DraftView {
    if (result.kind === 'refused') throw new ApiError(result.code, result.code);
    return result.view;
  }
}
