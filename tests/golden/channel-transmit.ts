import type { Channel, ChannelItem } from '../../clients/channels/channel';
import { ChannelCredentialsRefused, type RecordResult } from '../../clients/channels/record-result';
import { decideRecord } from '../../domain/exports/decide';
import type { ExportRecord, ExportRequest, Transmission } from '../../domain/exports/model';
import { transmittedGrade } from '../../domain/exports/transmissions';
import { toChannelItem } from '../support/channel-items';
import type { GoldenTransmission, RowView } from './channel-cases';
import { CONTEXT, recordsOf } from './channel-records';

/** Repetitions of a record that was answered 429: what the recorded transmitters did, who paced themselves (Degreed2). */
const BUSY_REPEATS: Record<string, number> = { DEGREED2: 4 };

/** What a series of runs has sent to a channel so far. */
export class Ledger {
  readonly rows: RowView[] = [];
  readonly inactive = new Set<string>();
  readonly transmissions: Transmission[] = [];

  add(one: GoldenTransmission, record: ExportRecord, sent: boolean, status: number | null): void {
    const subsectionId = record.kind === 'assessment' ? record.subsectionId : null;
    const { enrollmentId, courseId } = record;
    this.rows.push({ enrollment: Number(enrollmentId), courseId, subsectionId, sent, status });
    const row = { configurationId: 'own', enrollmentId, courseId, subsectionId, courseCompleted: null };
    const sequence = this.transmissions.length + 1;
    this.transmissions.push({ ...row, sequence, grade: transmittedGrade(one.channel, record), transmitted: sent });
  }
}

/**
 * One run over a recorded case's records: our rules for what is sent, the channel for the sending. The smallest exporter
 * that shows what a channel does; pauses are not waited for.
 */
export async function transmit(one: GoldenTransmission, channel: Channel, ledger: Ledger): Promise<void> {
  if (one.config['dry_run_mode_enabled'] === true || one.config['disable_learner_data_transmissions'] === true) return;
  for (const { alternatives, records } of recordsOf(one)) {
    for (const record of records) {
      const { transmissions } = ledger;
      if (decideRecord(requestOf(one), { transmissions }, record).do !== 'send') continue;
      const next = await sendRecord(one, channel, ledger, record);
      if (next === 'stop') return;
      if (alternatives && next === 'done') break;
    }
  }
}

/** `next`: refused by answer, so that another id of the course may do. `stop`: the credentials are refused. */
async function sendRecord(
  one: GoldenTransmission,
  channel: Channel,
  ledger: Ledger,
  record: ExportRecord,
): Promise<'done' | 'next' | 'stop'> {
  const item = toChannelItem(channel, { key: `${one.id} ${record.courseId}`, record, context: CONTEXT });
  if (item === null) return 'done';
  const result = await patiently(one, channel, item);
  if (result instanceof ChannelCredentialsRefused) {
    ledger.add(one, record, false, result.status);
    return 'stop';
  }
  ledger.add(one, record, result.outcome === 'accepted', result.status);
  if (result.outcome === 'refused' && result.learnerInactive) ledger.inactive.add(record.userId);
  return result.outcome !== 'accepted' && (result.status ?? 0) >= 400 ? 'next' : 'done';
}

async function patiently(
  one: GoldenTransmission,
  channel: Channel,
  item: ChannelItem,
): Promise<RecordResult | ChannelCredentialsRefused> {
  try {
    for (let repeats = BUSY_REPEATS[one.channel] ?? 0; ; repeats -= 1) {
      const [result] = await channel.send([item]);
      if (!result) throw new Error(`${one.id}: no result`);
      if (result.outcome !== 'busy' || repeats === 0) return result;
    }
  } catch (error) {
    if (error instanceof ChannelCredentialsRefused) return error;
    throw error;
  }
}

function requestOf({ channel, level, config }: GoldenTransmission): ExportRequest {
  return {
    level,
    customer: { id: 'c', enableAuditEnrollment: true, enableAuditDataReporting: true },
    configuration: { id: 'own', channel, transmitTotalHours: config['transmit_total_hours'] === true },
    asOf: new Date('2021-06-15T12:00:00Z'),
    single: null,
    asserted: { grade: null, isPassing: false },
    skipTransmitted: true,
  };
}
