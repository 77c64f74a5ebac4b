import type { ExportRecordAnswer } from '../../../contracts/http/exports';
import type { ExportRecord } from '../../../domain/exports/model';
import type { ConformanceStack } from '../conformance-stack';
import type { ExportCaseNames } from './export-names';
import { detailOf } from './export-seen';
import type { Played } from './export-stage';

/**
 * Where the real run differs from its dry run: each enrollment must end alike, and the channel must have accepted, per learner,
 * as many messages as were to be sent, none of them twice.
 */
export async function sendingDifference(
  stack: ConformanceStack,
  played: Played,
  names: ExportCaseNames,
  { dryRun, sent }: { dryRun: readonly ExportRecordAnswer[]; sent: readonly ExportRecordAnswer[] },
): Promise<string | undefined> {
  const [wanted, seen] = [dryRun, sent].map((records) => records.map(endOf).join('; '));
  if (wanted !== seen) return `rehearsed ${wanted}, run ${seen}`;
  const taken = new Map<string, number>();
  for (const { learner, course, accepted } of await stack.simulator.channel(played.channel).records()) {
    if (!names.isOwn(learner)) continue;
    if (accepted > 1) return `${learner} ${course} was taken ${accepted} times`;
    taken.set(learner, (taken.get(learner) ?? 0) + accepted);
  }
  const expectedCounts = messagesByLearner(dryRun, played);
  const asText = (counts: Map<string, number>): string => JSON.stringify([...counts].filter(([, n]) => n > 0).sort());
  return asText(expectedCounts) === asText(taken)
    ? undefined
    : `to be told ${asText(expectedCounts)}, the channel took ${asText(taken)}`;
}

function endOf({ enrollmentId, outcome, reason }: ExportRecordAnswer): string {
  return `${enrollmentId} ${outcome} ${reason ?? ''}`.trim();
}

function messagesByLearner(records: readonly ExportRecordAnswer[], { channel }: Played): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    const { records: [first] = [], told: messages = [] } = detailOf(record);
    const learner = first && learnerOf(first, channel);
    if (!learner) continue;
    const sent = messages.filter(({ outcome }) => outcome === 'sent').length;
    counts.set(learner, (counts.get(learner) ?? 0) + sent);
  }
  return counts;
}

function learnerOf({ identity }: ExportRecord, channel: Played['channel']): string | null {
  return channel === 'sap' ? identity.remoteId : identity.email;
}
