import type { GoldenEnrollment, GoldenExpectation, GoldenExport, EnterpriseRow } from './enterprise-cases';

/** Wanted differences a case of the exports' oracle can show. */
export type WantedExport = 'E1' | 'E2' | 'E3' | 'E7';

/** What is expected of one enrollment, and the wanted difference that keeps it from being what the seed recorded. */
export type ExpectedEnrollment = { wanted?: WantedExport } & (
  | { kind: 'not-selected' }
  | { kind: 'records'; rows: EnterpriseRow[] }
  /** Records, but their values were not recorded on the side that is expected. */
  | { kind: 'some-records' }
  | { kind: 'skipped'; reasons: string[] }
  /** No record; the recording does not say why. */
  | { kind: 'no-records' }
  | { kind: 'failed' }
  /** Neither recording got as far as this enrollment. */
  | { kind: 'open' }
);

/** What one recording says of an enrollment, in our words. */
export function recordedOutcome(side: GoldenExpectation, { id }: GoldenEnrollment): ExpectedEnrollment {
  const rows = side.records.filter((row) => row['enterprise_course_enrollment_id'] === id);
  if (rows.length > 0) return { kind: 'records', rows };
  const reason = side.skipped.find(({ enrollment_id: skipped }) => skipped === id)?.reason;
  if (reason === undefined) return { kind: 'no-records' };
  if (reason === 'not_selected') return { kind: 'not-selected' };
  if (reason === 'export_aborted') return { kind: 'open' };
  return { kind: 'skipped', reasons: [reason.replaceAll('_', '-')] };
}

/**
 * The kind of 8.8's outcome. Its own "already sent" says nothing: that table holds no words
 * (docs/recorded-behaviour.md#shapes-of-the-channel-recordings); nor does a missing identity, which it looks for in the
 * rows of one configuration.
 */
export function by88(installed: GoldenExpectation, enrollment: GoldenEnrollment): ExpectedEnrollment {
  const other = recordedOutcome(installed, enrollment);
  if (other.kind === 'records') return { kind: answers(enrollment) ? 'some-records' : 'open' };
  const says = other.kind === 'skipped' && /consent|audit|details/.test(other.reasons.join());
  return says ? withDetails(other) : { kind: 'open' };
}

/** Whether every service has an answer for the enrollment: 8.8 does not ask them all, the followed side may need another. */
function answers({ certificate, grade, gradebook }: GoldenEnrollment): boolean {
  const given = [certificate, grade, gradebook].filter((answer) => answer !== undefined);
  if (given.some(({ status, raw }) => raw !== undefined || (status !== 200 && status !== 404))) return false;
  const created = (certificate?.body as EnterpriseRow | undefined)?.['created_date'];
  return typeof created !== 'string' || created === '' || !Number.isNaN(Date.parse(created));
}

/** 8.8 asks for consent before it asks for the course, the followed order is the seed's: details first. */
export function withDetails(other: ExpectedEnrollment): ExpectedEnrollment {
  return other.kind === 'skipped' ? { ...other, reasons: [...other.reasons, 'no-course-details'] } : other;
}

/** Rule 2, from the inputs: the latest accepted row of this configuration (the seed: of any) has the caller's grade. */
export function sentBefore(
  { call, world, channel }: GoldenExport,
  { id }: GoldenEnrollment,
  configurations: 'own' | 'any' = 'own',
): boolean {
  if (!call.transmission_audit || call.skip_transmitted === false) return false;
  const rows = world.audits
    .filter((row) => row.enrollment_id === id && row.is_transmitted)
    .filter((row) => configurations === 'any' || row.plugin_configuration === 'own')
    .filter((row) => !call.subsection_id || row.subsection_id === call.subsection_id);
  const last = rows.at(-1);
  if (!last) return false;
  const grade = channel === 'DEGREED' ? null : last.grade;
  return grade === (call.grade ?? null);
}

