import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { streamResults } from '../../db/qualification/result-stream';
import { studentDecider, type StudentDecision } from '../../domain/qualification/evaluation';
import type { PeriodAssignment } from '../../domain/qualification/model';
import type { QualificationPlugin } from '../../domain/qualification/plugin';
import type { PluginSettings } from '../../domain/qualification/settings-fields';

/** Others get a turn after so many students: deciding about them takes a few milliseconds. */
const STUDENTS_PER_TURN = 50;

/** A rule that threw: the fault is the plugin's, and another try would end the same. */
export class PluginFailure extends Error {
  override readonly name = 'PluginFailure';
}

export interface RuleToApply {
  plugin: QualificationPlugin;
  settings: PluginSettings;
  periodId: string;
  assignments: readonly PeriodAssignment[];
}

/** Decides about all students of a period, page by page, in the order of their ids. @throws PluginFailure */
export async function* decideStudents(
  trx: Knex,
  { plugin, settings, periodId, assignments }: RuleToApply,
  pageSize: number,
): AsyncGenerator<StudentDecision[], void, undefined> {
  const decide = guarded(plugin.id, () => studentDecider(plugin, settings, assignments));
  for await (const students of streamResults(trx, periodId, assignments, pageSize)) {
    const decisions: StudentDecision[] = [];
    for (const student of students) {
      decisions.push(guarded(plugin.id, () => decide(student)));
      if (decisions.length % STUDENTS_PER_TURN === 0) await nextTurn();
    }
    yield decisions;
  }
}

function guarded<T>(pluginId: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new PluginFailure(`The plugin ${pluginId} failed.`);
  }
}
