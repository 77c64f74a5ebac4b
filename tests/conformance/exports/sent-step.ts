import type { ExportAnswer } from '../../../contracts/http/exports';
import type { TransmissionAnswer } from '../../../contracts/http/transmissions';
import type { PlannedAnswer } from '../../../dev/simulator/channels/channel-settings';
import { type GoldenStep, isTaken } from '../../golden/enterprise-sequences';
import { requestBody } from './export-conformance';
import type { RecordedExport } from './export-files';
import { customerOf, type Played } from './export-stage';
import type { StepContext } from './sequence-run';

/**
 * One real export of the learner, whose messages the channel meets as it did in the recording.
 * @returns how many messages it claimed in the ledger.
 * @throws when they did not end as such messages have to.
 */
export async function sentStep(
  { stack, failures, names, step }: StepContext,
  stepExport: RecordedExport,
  { channel }: Played,
): Promise<number> {
  const [learner] = stepExport.one.world.learners;
  const known = names.own((channel === 'sap' ? learner?.remote_id : learner?.email) ?? '');
  await failures.set(channel, known, failureOf(step));
  const before = await failures.count(channel, known);
  const customer = customerOf(names, 'main');
  const run = await stack.exports.export(`/customers/${customer}/channels/own`, requestBody(stepExport, names));
  if ('refused' in run) {
    if (run.refused === 'enrollment-not-found') return 0;
    throw new Error(`the export was refused: ${run.refused}`);
  }
  const { end } = run;
  const rows = (await stack.exports.ledger(customer)).filter(({ exportId }) => exportId === end.exportId);
  const tries = (await failures.count(channel, known)) - before;
  const wrong = rows.length === 0 ? null : isTaken(step) ? notTaken(end, rows) : notFailed(end, rows, step, tries);
  if (wrong !== null) throw new Error(wrong);
  return rows.length;
}

function failureOf({ respond }: GoldenStep): PlannedAnswer | null {
  if (respond?.error !== undefined) return { error: respond.error === 'timeout' ? 'timeout' : 'connection' };
  const status = respond?.status ?? 200;
  return status < 300 ? null : { status };
}

function notTaken({ totals, status }: ExportAnswer, rows: readonly TransmissionAnswer[]): string | null {
  const agrees = totals.sent === 1 && status === 'completed' && rows.at(0)?.state === 'sent';
  return agrees ? null : `taken, but the export ended ${status}, its newest message ${rows.at(0)?.state}`;
}

/**
 * The one record fails or is quarantined, and what may pass was tried again before (docs/decided-differences.md#e3).
 */
function notFailed(
  { totals, status }: ExportAnswer,
  rows: readonly TransmissionAnswer[],
  { respond }: GoldenStep,
  tries: number,
): string | null {
  const isFailed = totals.failed + totals.quarantined === 1 && status === 'completed-with-errors';
  const failed = rows.every(({ state }) => state === 'failed' || state === 'quarantined');
  if (!isFailed || !failed) {
    return `not taken, but the export ended ${status}, messages ${rows.map(({ state }) => state).join()}`;
  }
  const mayPass = respond?.error !== undefined || (respond?.status ?? 0) >= 500;
  return mayPass && tries < 2 * rows.length ? `${rows.length} messages were tried ${tries} times only` : null;
}
