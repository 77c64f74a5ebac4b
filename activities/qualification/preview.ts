import { createHash, type Hash } from 'node:crypto';
import type { Knex } from 'knex';
import type { DraftActivities } from '../../contracts/qualification/activities';
import { STUDENTS_PER_CHUNK, storeChunk } from '../../db/qualification/draft-chunks';
import {
  findDraft,
  type PreviewSummary,
  type StoredDraft,
  storeDraftState,
  storePreview,
} from '../../db/qualification/drafts';
import { isImportRunning } from '../../db/qualification/imports';
import { findPeriod } from '../../db/qualification/periods';
import { readAssignments } from '../../db/qualification/results';
import { readStatusAnswers } from '../../db/qualification/status-rows';
import { findActiveStatus } from '../../db/qualification/statuses';
import { canonicalAnswer, canonicalRule, type DecidedRule } from '../../domain/qualification/decided-list';
import { type StudentDecision, warningsOf } from '../../domain/qualification/evaluation';
import { decideStudents, PluginFailure } from './decide-students';
import { type DraftDependencies, pluginOf, viewOf } from './dependencies';

/**
 * Works out a draft's preview from one moment's results and stores it in chunks, or not at all. Somebody who chooses anew
 * meanwhile makes this try fail, and the next one works out the new choice.
 */
export function previewActivities(dependencies: DraftDependencies): Pick<DraftActivities, 'previewDraft'> {
  const { knex, limits } = dependencies;
  return {
    async previewDraft({ draftId }) {
      try {
        await knex.transaction((trx) => preview(trx, dependencies, draftId), { isolationLevel: 'repeatable read' });
      } catch (error) {
        if (!(error instanceof PluginFailure)) throw error;
        await storeFailure(knex, draftId, 'plugin-failed');
      }
      const draft = await findDraft(knex, draftId);
      return draft === undefined ? null : viewOf(draft, limits);
    },
  };
}

async function preview(trx: Knex, dependencies: DraftDependencies, draftId: string): Promise<void> {
  const draft = await findDraft(trx, draftId);
  if (draft?.state !== 'computing') return;
  const plugin = pluginOf(dependencies.plugins, draft.pluginId);
  if (plugin === undefined) return storeDraftState(trx, draftId, { state: 'failed', failure: 'unknown-plugin' });
  const { periodId } = draft;
  const period = await findPeriod(trx, periodId);
  const active = await findActiveStatus(trx, periodId);
  const before = active === null ? null : await readStatusAnswers(trx, active.statusId);
  const assignments = await readAssignments(trx, periodId);
  const tally = new PreviewTally(before, { plugin: draft.pluginId, version: plugin.version, settings: draft.settings });
  let chunk = 0;
  const rule = { plugin, settings: draft.settings ?? {}, periodId, assignments };
  for await (const decisions of decideStudents(trx, rule, STUDENTS_PER_CHUNK)) {
    tally.add(decisions);
    await storeChunk(trx, draftId, chunk, decisions);
    chunk += 1;
    dependencies.heartbeat();
  }
  const summary: PreviewSummary = {
    ...tally.counts(),
    warnings: warningsOf(assignments.length, tally.students),
    assignments: assignments.map(({ assignmentId, shortName, longName }) => ({ assignmentId, shortName, longName })),
    importRunning: await isImportRunning(trx, periodId),
  };
  const made = { draftId, basedOnSeq: active?.seq ?? null, dataVersion: period?.dataVersion ?? 0, hash: tally.hash() };
  await storePreview(trx, { ...made, preview: summary });
}

/** Counts and hashes answers as they go by, in the order of the students' ids. */
class PreviewTally {
  students = 0;
  private qualify = 0;
  private came = 0;
  private changedAnswers = 0;
  private readonly hashed: Hash = createHash('sha256');

  constructor(
    private readonly before: ReadonlyMap<string, boolean> | null,
    rule: DecidedRule,
  ) {
    this.hashed.update(canonicalRule(rule));
  }

  add(decisions: readonly StudentDecision[]): void {
    for (const { userId, qualifies } of decisions) {
      this.students += 1;
      if (qualifies) this.qualify += 1;
      const answer = this.before?.get(userId);
      if (answer === undefined) this.came += 1;
      else if (answer !== qualifies) this.changedAnswers += 1;
      this.hashed.update(canonicalAnswer(userId, qualifies));
    }
  }

  counts(): Pick<PreviewSummary, 'students' | 'qualify' | 'changed'> {
    const { students, qualify, came, before } = this;
    const gone = before === null ? 0 : before.size - (students - came);
    return { students, qualify, changed: before === null ? null : { came, gone, answer: this.changedAnswers } };
  }

  hash(): string {
    return this.hashed.digest('hex');
  }
}

async function storeFailure(knex: Knex, draftId: string, failure: string): Promise<void> {
  await knex.transaction(async (trx) => {
    const draft: StoredDraft | undefined = await findDraft(trx, draftId);
    if (draft?.state === 'computing') await storeDraftState(trx, draftId, { state: 'failed', failure });
  });
}
