import { isDeepStrictEqual } from 'node:util';
import type { ChannelKind, ExportRecord, Transmission } from '../../domain/exports/model';
import { gradeSent } from '../../domain/exports/transmitted';
import { judgeRecord } from '../../domain/exports/decide';
import type { GoldenAnswer, GoldenExport, GoldenRow } from './enterprise-cases';
import { runRules } from './enterprise-run';
import { factsOf, requestOf } from './enterprise-world';

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

interface RecordedStep {
  completions_sent: (GoldenRow & { answer: number | string })[];
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
    const world = worldOf(one, step);
    const request = requestOf(world, 'completion');
    const [enrollment] = world.world.enrollments;
    if ('refused' in request || !enrollment) throw new Error(`${one.id}: no such run`);
    const facts = { ...factsOf(world, enrollment), transmissions: ledger };
    const outcome = runRules(world, 'completion', () => facts).outcomes.get(enrollment.id);
    if (outcome?.do !== 'send') return 0;
    let sent = 0;
    for (const record of outcome.records) {
      if (judgeRecord(request, facts, record).do !== 'send') break;
      sent += 1;
      ledger = [...ledger, rowOf(one.channel, record, ledger.length, accepted(step))];
      if (step.respond?.error !== undefined || accepted(step)) break;
    }
    return sent;
  });
}

function accepted({ respond }: GoldenStep): boolean {
  return respond?.error === undefined && (respond?.status ?? 200) < 300;
}

function rowOf(channel: ChannelKind, record: ExportRecord, sequence: number, transmitted: boolean): Transmission {
  const { enrollmentId, courseId } = record;
  const grade = gradeSent(channel, record);
  return {
    ...{ sequence, configurationId: 'own', enrollmentId, courseId, subsectionId: null, grade },
    ...{ courseCompleted: null, transmitted },
  };
}

/** The world a step plays in. */
export function worldOf({ id, channel }: GoldenSequence, step: GoldenStep): GoldenExport {
  const end = step.open ? '2022-01-01T12:00:00Z' : '2021-06-05T12:00:00Z';
  const details = { course_id: RUN, id: RUN, name: 'Course 1', end, pacing: step.pacing ?? 'self' };
  const click = { user_id: 100, user_guid: 'guid-100', session_token: 's1', callback_url: '/cb', subdomain: 'sub' };
  const clicked = channel === 'CSOD' && !step.delete_audits;
  return {
    ...{ id, channel, seed_expectation: null, installed_expectation: { records: [], skipped: [] } },
    call: {
      ...{ form: step.call ?? 'bulk', transmission_audit: true },
      ...(step.call ? { learner: 'learner0', course_run_id: RUN, grade: 'Pass', is_passing: true } : {}),
    },
    world: {
      customer: {
        ...{ uuid: 'main', enable_audit_enrollment: true, enable_audit_data_reporting: true },
        identity_provider: 'saml-acme',
      },
      config: { id: 7, transmit_total_hours: false },
      learners: [
        {
          ...{ user_id: 100, username: 'learner0', email: 'learner0@example.com', enterprise_customer_user_id: 200 },
          ...{ customer: 'main', active: step.active ?? true, linked: true, user_exists: true, remote_id: 'remote-0' },
        },
      ],
      courses: [
        {
          ...{ course_run_id: RUN, course_key: 'edX+S01', details_status: 200, details },
          ...{ estimated_hours: null, catalog_run_found: true },
        },
      ],
      enrollments: [
        {
          ...{ id: 301, enterprise_customer_user_id: 200, course_run_id: RUN, mode: 'verified' },
          certificate: step.certificate ?? { status: 404, body: {} },
          grade: { status: 200, body: [{ username: 'learner0', ...step.grade }] },
        },
      ],
      consents: [{ username: 'learner0', course_id: RUN, granted: step.consent ?? true, customer: 'main' }],
      audits: clicked
        ? [
            {
              ...{ enrollment_id: 301, course_id: 'edX+S01', grade: null, error_message: null, is_transmitted: false },
              ...{ subsection_id: null, plugin_configuration: 'own', ...click },
            },
          ]
        : [],
    },
  };
}

/**
 * How many completions are expected at each step (null = not recorded on the followed side), from the two recordings:
 *
 * 1. The seed's sends, but for those that repeat the last accepted one: the seed compares text with numbers (E5), or has
 *    lost the row because it crashes after Moodle's success (E7). Deleted rows are forgotten.
 * 2. Degreed2 is known of 8.8 only, which tells neither changed nor failing grades (README: follow the seed): where it is
 *    silent about another percent than it last told, or takes a grade for want of a certificate, the followed side
 *    goes its own way, and nothing is recorded of it from there.
 */
export function followedSends(one: GoldenSequence): { sends: (number | null)[]; wanted: string[] } {
  const wanted = new Set<string>();
  const sends = one.seed_expectation ? bySeed(one.steps, one.seed_expectation.steps, wanted) : by88(one);
  return { sends, wanted: [...wanted].sort() };
}

function bySeed(steps: readonly GoldenStep[], recorded: readonly RecordedStep[], wanted: Set<string>): number[] {
  let last: unknown;
  return recorded.map(({ completions_sent: sent, raised }, at) => {
    if (steps[at]?.delete_audits) last = undefined;
    const [first] = sent;
    if (first && last !== undefined && isDeepStrictEqual(last, content(first))) {
      wanted.add(raised?.type === 'AttributeError' ? 'E7' : 'E5');
      return 0;
    }
    const taken = sent.find(({ answer }) => typeof answer === 'number' && answer < 300);
    if (taken) last = content(taken);
    return sent.length;
  });
}

function by88({ steps, installed_expectation: { steps: recorded } }: GoldenSequence): (number | null)[] {
  let told: number | undefined;
  let parted = false;
  return steps.map((step, at) => {
    const sent = recorded[at]?.completions_sent ?? [];
    if (step.delete_audits) told = undefined;
    if (sent.some(({ answer }) => typeof answer === 'number' && answer < 300)) told = step.grade.percent;
    parted ||= partsFrom88(step, sent.length, told);
    return parted ? null : sent.length;
  });
}

function partsFrom88({ grade, ...step }: GoldenStep, sent: number, told: number | undefined): boolean {
  if (step.pacing === 'instructor' && step.certificate?.status !== 200) return true;
  const telling = step.open !== true && step.consent !== false && step.active !== false;
  return telling && sent === 0 && told !== grade.percent;
}

function content({ answer: _, ...request }: GoldenRow): GoldenRow {
  return request;
}
