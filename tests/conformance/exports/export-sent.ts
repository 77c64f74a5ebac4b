import type { ExportRecordAnswer } from '../../../contracts/http/exports';
import type { ExportRecord } from '../../../domain/exports/model';
import type { House } from '../house';
import type { CaseNames } from './export-names';
import { detailOf } from './export-seen';
import type { Played } from './export-stage';

/**
 * Where the real run parts from its rehearsal: each enrollment must end alike, and the channel must have taken, per learner,
 * as many messages as were to be sent, none of them twice.
 */
export async function sendingDifference(
  house: House,
  played: Played,
  names: CaseNames,
  { rehearsed, sent }: { rehearsed: readonly ExportRecordAnswer[]; sent: readonly ExportRecordAnswer[] },
): Promise<string | undefined> {
  const [wanted, seen] = [rehearsed, sent].map((records) => records.map(endOf).join('; '));
  if (wanted !== seen) return `rehearsed ${wanted}, run ${seen}`;
  const taken = new Map<string, number>();
  for (const { learner, course, accepted } of await house.simulator.channelRecords(played.simulated)) {
    if (!names.isOwn(learner)) continue;
    if (accepted > 1) return `${learner} ${course} was taken ${accepted} times`;
    taken.set(learner, (taken.get(learner) ?? 0) + accepted);
  }
  const told = toldByLearner(rehearsed, played);
  const shown = (counts: Map<string, number>): string => JSON.stringify([...counts].filter(([, n]) => n > 0).sort());
  return shown(told) === shown(taken) ? undefined : `to be told ${shown(told)}, the channel took ${shown(taken)}`;
}

function endOf({ enrollmentId, outcome, reason }: ExportRecordAnswer): string {
  return `${enrollmentId} ${outcome} ${reason ?? ''}`.trim();
}

function toldByLearner(records: readonly ExportRecordAnswer[], { simulated }: Played): Map<string, number> {
  const told = new Map<string, number>();
  for (const record of records) {
    const { records: [first] = [], told: messages = [] } = detailOf(record);
    const learner = first && learnerOf(first, simulated);
    if (!learner) continue;
    const sent = messages.filter(({ outcome }) => outcome === 'sent').length;
    told.set(learner, (told.get(learner) ?? 0) + sent);
  }
  return told;
}

function learnerOf({ identity }: ExportRecord, simulated: Played['simulated']): string | null {
  return simulated === 'sap' ? identity.remoteId : identity.email;
}
