import { isDeepStrictEqual } from 'node:util';
import type { Script } from '../../dev/simulator/script';
import { administrators } from './channel-administrator';
import { asNewer, isSearch, isToken, rounded } from './channel-bodies';
import {
  COURSE_RUN,
  emailOf,
  type GoldenChannelAudit,
  type GoldenChannelRun,
  type GoldenRequest,
  type GoldenTransmission,
  courseKeyOf,
  lastRows,
  type RowView,
  type RunView,
} from './channel-cases';
import { type AnsweredRequest, answersTo, deliveriesOf, givesToken, lasts, scriptOf, statusOf } from './channel-deliveries';

/** Wanted differences a case of the channels' oracle can show. */
export type WantedChannel = 'E3' | 'E4' | 'E5' | 'E6' | 'E7' | 'E10';

export interface ExpectedRun extends RunView {
  /** Nobody recorded what comes after: the run is compared as far as it goes. */
  open: boolean;
}

export interface ExpectedTransmission {
  runs: ExpectedRun[];
  wanted: WantedChannel[];
}

/**
 * What is expected of a recorded transmission, computed from its two recordings by
 * docs/recorded-behaviour.md#which-recording-counts and docs/decided-differences.md; from inputs, never the case's name:
 *
 * 1. What is sent: the seed's requests. 8.8's where there is no seed (Degreed2), for assessments, and for what only 8.8
 *    has: dry run, the disable switch, pauses after 429, the administrator's session of SAP (channel-administrator.ts).
 * 2. How it is sent: the newer client's payload (credit hours, `omit_from_final_grade`, addresses as they are).
 * 3. A token is asked for once per identity while it lasts, and nothing is asked under refused credentials (8.8 has
 *    both).
 * 4. What was taken: 8.8's keying (a redirect was not); the status of a refusal is what the channel answered, where a
 *    recording has the default of an error class (docs/recorded-behaviour.md#observation-14).
 * 5. Time limits and broken connections: that record failed, the run goes on (E3); so does a page of HTML that says
 *    200, and a search for a learner that gives no list. A token answer without token fails the record (E4).
 * 6. Numbers without float artefacts, nothing repeated for an unchanged percent (E5). No percent, no delivery (E6).
 * 7. Links are ended as in 8.8, which at Canvas goes on over the ended link, as nobody should (E7).
 */
export function expectedTransmission(one: GoldenTransmission): ExpectedTransmission {
  const wanted = new Set<WantedChannel>();
  const script = scriptOf(one.stub_rules);
  const rows: RowView[] = [];
  const runs = recordedRuns(one).map((run, index, all): ExpectedRun => {
    const fresh = newRows(all[index - 1], run);
    const requests = expectedRequests(one, run, rows, wanted);
    const administrator = one.config['prevent_self_submit_grades'] === true ? administrators(one, script, requests) : null;
    const answers = administrator?.answers ?? withoutRepeatedTokens(script, requests);
    const deliveries = untilRefused(one, deliveriesOf(one.channel, answers));
    const open = addRows({ one, run, fresh: administrator?.rows ?? fresh, deliveries, rows, wanted });
    const inactive = inactiveLearners(one, index, answers, wanted);
    return { requests: deliveries.flat().map(({ request }) => request), rows: lastRows(rows), inactive, open };
  });
  return { runs, wanted: [...wanted].sort() };
}

/** Rule 1. */
function recordedRuns(one: GoldenTransmission): GoldenChannelRun[] {
  const { seed_expectation: seed, installed_expectation: installed, config, level } = one;
  const newer = config['dry_run_mode_enabled'] === true || config['disable_learner_data_transmissions'] === true;
  return seed === null || seed === 'same' || newer || level === 'assessment' ? installed.runs : seed.runs;
}

/** Rules 2 and 6. A second run sends Canvas learners again that it accepted: those deliveries are left out. */
function expectedRequests(
  one: GoldenTransmission,
  run: GoldenChannelRun,
  before: readonly RowView[],
  wanted: Set<WantedChannel>,
): GoldenRequest[] {
  const sent = new Set(before.filter((row) => row.sent).map(({ enrollment }) => enrollment));
  const without = (records: GoldenTransmission['records'], number: WantedChannel, kept: GoldenRequest[]): GoldenRequest[] => {
    const left = withoutSearches(kept, records.map(emailOf));
    if (left.length < kept.length) wanted.add(number);
    return left;
  };
  const newer = run.requests.map((request) => asNewer(request, one));
  if (one.channel !== 'CANVAS' || one.level === 'assessment') return newer.map((request) => plain(request, wanted));
  const withoutRepeats = without(one.records.filter((record) => sent.has(record.enrollment_id)), 'E5', newer);
  const remaining = without(one.records.filter((record) => record.grade_percent === null), 'E6', withoutRepeats);
  return remaining.map((request) => plain(request, wanted));
}

function plain(request: GoldenRequest, wanted: Set<WantedChannel>): GoldenRequest {
  const body = rounded(request.body) as GoldenRequest['body'];
  if (!isDeepStrictEqual(body, request.body)) wanted.add('E5');
  return { ...request, body };
}

/** Without the deliveries that begin with a search for one of these; nothing is left of a run that only asked a token. */
function withoutSearches(requests: readonly GoldenRequest[], emails: readonly string[]): GoldenRequest[] {
  let dropping = false;
  const left = requests.filter((request) => {
    if (isSearch(request)) dropping = emails.includes(request.query[0]?.[1] ?? '');
    return isToken(request) || !dropping;
  });
  return requests.some((request) => !isToken(request)) && left.every(isToken) ? [] : left;
}

/** Rule 3, first half. A token whose record was answered 401 is not held any longer. */
function withoutRepeatedTokens(script: Script, requests: readonly GoldenRequest[]): AnsweredRequest[] {
  const held = new Set<string>();
  const kept: AnsweredRequest[] = [];
  let identity = '';
  for (const request of requests) {
    if (isToken(request)) {
      identity = JSON.stringify(request.body);
      if (held.has(identity)) continue;
    }
    const [one] = answersTo(script, [request]);
    if (!one) continue;
    kept.push(one);
    if (isToken(request) && lasts(one.answer)) held.add(identity);
    else if (statusOf(one.answer) === 401) held.delete(identity);
  }
  return kept;
}

/** Rule 3, second half. SAP's tokens are a learner's: only the error that names the client speaks of the credentials. */
function untilRefused(one: GoldenTransmission, deliveries: AnsweredRequest[][]): AnsweredRequest[][] {
  const at = deliveries.findIndex((delivery) => {
    const last = delivery.at(-1);
    if (!last || !isToken(last.request) || !('status' in last.answer)) return false;
    const { status, json } = last.answer;
    if (status !== 400 && status !== 401 && status !== 403) return false;
    const error = String((json as Record<string, unknown> | undefined)?.['error']);
    return /^(?:invalid_client|unauthorized_client|invalid_grant)$/.test(error) || (status !== 400 && one.channel !== 'SAP');
  });
  return at < 0 ? deliveries : deliveries.slice(0, at + 1);
}

interface RunParts {
  one: GoldenTransmission;
  run: GoldenChannelRun;
  fresh: readonly RowView[];
  deliveries: readonly AnsweredRequest[][];
  rows: RowView[];
  wanted: Set<WantedChannel>;
}

/** Rules 4 and 5: the rows of a run, one per delivery. @returns whether the recording breaks off before the end. */
function addRows({ one, run, fresh, deliveries, rows, wanted }: RunParts): boolean {
  deliveries.forEach((delivery, index) => {
    const row = fresh[index];
    if (row) rows.push(expectedRow(row, delivery, wanted));
  });
  if (run.raised === null) return false;
  const broken = one.records[one.records.findIndex(({ enrollment_id: id }) => !fresh.some(({ enrollment }) => enrollment === id))];
  if (broken && statusOf(deliveries.at(-1)?.at(-1)?.answer) === null && deliveries.length > 0) {
    wanted.add('E3');
    const courseId = one.channel === 'SAP' && fresh.length > 0 && fresh.at(-1)?.enrollment === broken.enrollment_id ? COURSE_RUN : courseKeyOf(broken);
    rows.push({ enrollment: broken.enrollment_id, courseId, subsectionId: null, sent: false, status: null });
  } else if (!wanted.has('E6')) wanted.add('E7');
  return broken !== one.records.at(-1);
}

function expectedRow(row: RowView, delivery: readonly AnsweredRequest[], wanted: Set<WantedChannel>): RowView {
  const last = delivery.at(-1);
  const status = statusOf(last?.answer);
  if (!last || status === null) return row;
  if (status >= 300) return { ...row, sent: false, status };
  if (isToken(last.request) && !givesToken(last.answer)) return denied(row, 'E4', wanted);
  const page = 'raw' in last.answer && (last.answer.raw ?? '').trimStart().startsWith('<');
  return page ? denied(row, 'E3', wanted) : row;
}

function denied(row: RowView, number: WantedChannel, wanted: Set<WantedChannel>): RowView {
  wanted.add(number);
  return { ...row, sent: false };
}

/** The rows a run added or changed. The seed writes a new one each time, 8.8 uses one again. */
function newRows(before: GoldenChannelRun | undefined, run: GoldenChannelRun): RowView[] {
  const known = new Map(before?.audit_rows.map((row) => [row.id, row]));
  return run.audit_rows.filter((row) => !isDeepStrictEqual(known.get(row.id), row)).map(rowOf);
}

function rowOf(row: GoldenChannelAudit): RowView {
  return {
    enrollment: row.enterprise_course_enrollment_id,
    courseId: row.course_id,
    subsectionId: row.subsection_id ?? null,
    sent: row.is_transmitted ?? row.error_message === '',
    status: Number(row.status),
  };
}

/** Rule 7. */
function inactiveLearners(
  { channel, installed_expectation: installed }: GoldenTransmission,
  index: number,
  answers: readonly AnsweredRequest[],
  wanted: Set<WantedChannel>,
): string[] {
  const endedLinks = installed.runs[index]?.learners_after.filter(({ active, linked }) => !active || !linked) ?? [];
  if (channel !== 'CANVAS' || endedLinks.length === 0) return endedLinks.map(({ username }) => username).sort();
  const list = answers.every(({ request, answer }) => !isSearch(request) || ('json' in answer && Array.isArray(answer.json)));
  wanted.add(list ? 'E7' : 'E3');
  return list ? endedLinks.map(({ username }) => username).sort() : [];
}
