import { traitsOf } from './channels';
import { toDecimal } from './decimal';
import type { ChannelKind, ExportRecord, Transmission } from './model';

/** `sending`: under way; `held`: nobody knows whether it arrived, an operator decides. */
export const TRANSMISSION_STATES = ['sending', 'held', 'sent', 'failed', 'quarantined'] as const;
export type TransmissionState = (typeof TRANSMISSION_STATES)[number];

/** How an operator resolves a held one; `sent`: it was seen at the channel. */
export const RESOLUTIONS = ['sent', 'not-sent'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Which earlier transmission to look for. Without a subsection, rows of any count (golden lookup cases). */
export interface TransmissionQuery {
  configurationId: string;
  enrollmentId: string;
  grade: string | null;
  subsectionId: string | null;
}

/**
 * Whether the last transmission this configuration accepted carried the same grade. Keyed as in 8.8 (accepted rows of
 * the same configuration), compared as in 3.17 (always by grade); docs/recorded-behaviour.md#already-transmitted.
 */
export function wasTransmitted(transmissions: readonly Transmission[], query: TransmissionQuery): boolean {
  const last = lastAccepted(transmissions, query);
  return last !== undefined && sameGrade(last.grade, query.grade);
}

/** The newest accepted row that matches: what a dry run compares its payload with. */
export function lastAccepted(
  transmissions: readonly Transmission[],
  { configurationId, enrollmentId, subsectionId }: Omit<TransmissionQuery, 'grade'>,
): Transmission | undefined {
  return transmissions
    .filter((row) => row.transmitted && row.configurationId === configurationId && row.enrollmentId === enrollmentId)
    .filter((row) => subsectionId === null || subsectionId === '' || row.subsectionId === subsectionId)
    .reduce<Transmission | undefined>((last, row) => (last && last.sequence > row.sequence ? last : row), undefined);
}

/** Words as they are, numbers by value: `0.90` of the ledger is the answer's 0.9 (docs/decided-differences.md#e5). */
export function sameGrade(one: string | null, other: string | null): boolean {
  if (one === other) return true;
  const value = toDecimal(one);
  return value !== null && value === toDecimal(other);
}

/** The grade a record carries to this channel, as the ledger keeps it. */
export function transmittedGrade(channel: ChannelKind, record: ExportRecord): string | null {
  if (record.kind === 'assessment') return record.percent;
  const { grade } = traitsOf(channel);
  if (grade === 'none') return null;
  return grade === 'word' ? record.grade : record.percent;
}
