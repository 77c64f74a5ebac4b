import { decideRecord } from '../../domain/exports/decide';
import type { ChannelKind, ExportRecord, Transmission } from '../../domain/exports/model';
import { transmittedGrade } from '../../domain/exports/transmissions';
import type { GoldenAnswer, GoldenExport, EnterpriseRow } from './enterprise-cases';
import { factsOf, requestOf } from './enterprise-facts';
import { runRules } from './enterprise-run';

/** One full run of exporter, transmitter and client over one learner. */
export interface GoldenStep {
  grade: { passed: boolean; percent: number };
  open?: boolean;
  pacing?: string;
  certificate?: GoldenAnswer;
  respond?: { status?: number; error?: string };
  call?: 'single';
  consent?: boolean;
  active?: boolean;
  delete_audits?: boolean;
}

/** What one of the packages did at a step. */
export interface RecordedStep {
  completions_sent: (EnterpriseRow & { answer: number | string })[];
  raised: { type: string } | null;
}

/** A `sequence` case of transmission_audit.json. */
export interface GoldenSequence {
  id: string;
  channel: ChannelKind;
  steps: GoldenStep[];
  seed_expectation: { steps: RecordedStep[] } | null;
  installed_expectation: { steps: RecordedStep[] };
}

const RUN = 'course-v1:edX+S01+2021';

/** How many completions our rules send at each step, with the ledger kept as the exporter would. */
export function sendsOf(one: GoldenSequence): number[] {
  let ledger: Transmission[] = [];
  return one.steps.map((step) => {
    if (step.delete_audits) ledger = [];
    const stepExport = exportOfStep(one, step);
    const request = requestOf(stepExport, 'completion');
    const [enrollment] = stepExport.world.enrollments;
    if ('refused' in request || !enrollment) throw new Error(`${one.id}: no such run`);
    const facts = { ...factsOf(stepExport, enrollment, 'completion'), transmissions: ledger };
    const outcome = runRules(stepExport, 'completion', () => facts).outcomes.get(enrollment.id);
    if (outcome?.do !== 'send') return 0;
    let sent = 0;
    for (const record of outcome.records) {
      if (decideRecord(request, facts, record).do !== 'send') break;
      sent += 1;
      ledger = [...ledger, rowOf(one.channel, record, ledger.length, isTaken(step))];
      if (!triesOtherId(step)) break;
    }
    return sent;
  });
}

/** Whether the channel takes a step's message. */
export function isTaken({ respond }: GoldenStep): boolean {
  return respond?.error === undefined && (respond?.status ?? 200) < 300;
}

/** Statuses after which nobody knows whether the message arrived, as without an answer. */
const OPEN: ReadonlySet<number> = new Set([408, 504]);

export function leavesOpen({ respond }: GoldenStep): boolean {
  return respond?.error !== undefined || OPEN.has(respond?.status ?? 200);
}

/** Another id of the course is tried where the channel has refused the first (golden sap/course-key-fails-run-id-sent). */
export function triesOtherId(step: GoldenStep): boolean {
  return !leavesOpen(step) && (step.respond?.status ?? 200) >= 400;
}

function rowOf(channel: ChannelKind, record: ExportRecord, sequence: number, transmitted: boolean): Transmission {
  const { enrollmentId, courseId } = record;
  const grade = transmittedGrade(channel, record);
  return {
    sequence, configurationId: 'own', enrollmentId, courseId, subsectionId: null, grade,
    courseCompleted: null, transmitted,
  };
}

/** The world a step plays in. */
export function exportOfStep({ id, channel }: GoldenSequence, step: GoldenStep): GoldenExport {
  const end = step.open ? '2022-01-01T12:00:00Z' : '2021-06-05T12:00:00Z';
  const details = { course_id: RUN, id: RUN, name: 'Course 1', end, pacing: step.pacing ?? 'self' };
  const click = { user_id: 100, user_guid: 'guid-100', session_token: 's1', callback_url: '/cb', subdomain: 'sub' };
  const clicked = channel === 'CSOD' && !step.delete_audits;
  return {
    id, channel, seed_expectation: null, installed_expectation: { records: [], skipped: [] },
    call: {
      form: step.call ?? 'bulk', transmission_audit: true,
      ...(step.call ? { learner: 'learner0', course_run_id: RUN, grade: 'Pass', is_passing: true } : {}),
    },
    world: {
      customer: {
        uuid: 'main', enable_audit_enrollment: true, enable_audit_data_reporting: true,
        identity_provider: 'saml-acme',
      },
      config: { id: 7, transmit_total_hours: false },
      learners: [
        {
          user_id: 100, username: 'learner0', email: 'learner0@example.com', enterprise_customer_user_id: 200,
          customer: 'main', active: step.active ?? true, linked: true, user_exists: true, remote_id: 'remote-0',
        },
      ],
      courses: [
        {
          course_run_id: RUN, course_key: 'edX+S01', details_status: 200, details,
          estimated_hours: null, catalog_run_found: true,
        },
      ],
      enrollments: [
        {
          id: 301, enterprise_customer_user_id: 200, course_run_id: RUN, mode: 'verified',
          certificate: step.certificate ?? { status: 404, body: {} },
          grade: { status: 200, body: [{ username: 'learner0', ...step.grade }] },
        },
      ],
      consents: [{ username: 'learner0', course_id: RUN, granted: step.consent ?? true, customer: 'main' }],
      audits: clicked
        ? [
            {
              enrollment_id: 301, course_id: 'edX+S01', grade: null, error_message: null, is_transmitted: false,
              subsection_id: null, plugin_configuration: 'own', ...click,
            },
          ]
        : [],
    },
  };
}
