import type { ImportLine } from '../../../contracts/http/customer-import';
import type { ChannelKind, ExportRecord } from '../../../domain/exports/model';
import { transmittedGrade } from '../../../domain/exports/transmissions';
import { type GoldenStep, isTaken, triesOtherId } from '../../golden/enterprise-sequences';
import { requestBody } from './export-conformance';
import type { RecordedExport } from './export-files';
import { detailOf } from './export-seen';
import { customerOf } from './export-stage';
import type { StepContext } from './sequence-run';

/** Audit rows of a step are numbered from here on, above those of the recorded world. */
const ROWS_PER_STEP = 1_000;

/**
 * One export to a channel that nothing can be sent to: a dry run tells whether the system would send, and what. What the
 * recorded channel answered is then told to the ledger, as a platform does that moves here: by importing audit rows. Where
 * it refused, the ids that the dry run lists next are told too; that they are tried in turn is played for real with SAP.
 * @returns how many messages would have left.
 */
export async function dryRunStep({ stack, names, step, at }: StepContext, stepExport: RecordedExport): Promise<number> {
  const customer = customerOf(names, 'main');
  const body = { ...requestBody(stepExport, names), dryRun: true };
  const run = await stack.exports.export(`/customers/${customer}/channels/own`, body);
  if ('refused' in run) {
    if (run.refused === 'enrollment-not-found') return 0;
    throw new Error(`the dry run was refused: ${run.refused}`);
  }
  const details = (await stack.exports.records(run.end.exportId)).map(detailOf);
  const [detail = {}, ...others] = details;
  if (others.length > 0) throw new Error(`the dry run was about ${details.length} enrollments`);
  const { told: [first] = [], records = [] } = detail;
  if (first?.outcome !== 'sent') return 0;
  if (records[0]?.courseId !== first.courseId) throw new Error('the dry run sends another record than its first');
  const messages = triesOtherId(step) ? records : records.slice(0, 1);
  const lines = messages.map((record, order) =>
    auditLine(stepExport.one.channel, record, step, (at + 1) * ROWS_PER_STEP + order),
  );
  await stack.exports.import(customer, lines);
  return messages.length;
}

function auditLine(channel: ChannelKind, record: ExportRecord, step: GoldenStep, auditId: number): ImportLine {
  const { enrollmentId, courseId } = record;
  const { error, status = 200 } = step.respond ?? {};
  const taken = isTaken(step);
  return {
    kind: 'audit',
    auditId,
    channelId: 'own',
    level: 'completion',
    enrollmentId: Number(enrollmentId),
    courseId,
    grade: transmittedGrade(channel, record),
    percent: record.percent === null ? null : Number(record.percent),
    isTransmitted: taken,
    statusCode: error === undefined ? status : null,
    errorMessage: taken ? '' : (error ?? `answered ${status}`),
  };
}
