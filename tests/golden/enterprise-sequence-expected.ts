import { isDeepStrictEqual } from 'node:util';
import type { EnterpriseRow } from './enterprise-cases';
import { type GoldenSequence, type GoldenStep, leavesOpen, type RecordedStep } from './enterprise-sequences';

/**
 * How many completions are expected at each step (null = not recorded on the followed side), from the two recordings:
 *
 * 1. The seed's sends, but for those that repeat the last accepted one: the seed compares text with numbers (E5), or
 *    has lost the row because it crashes after Moodle's success (E7). Deleted rows are forgotten.
 * 2. A channel that does not answer stops the recorded run, here it costs the one record (E3); where only a gateway
 *    says so (408, 504) the seed tries the course's other id although the message may have arrived: it is not tried
 *    (E3).
 * 3. A redirect counts as sent in the seed and as not sent in 8.8, whose keying is followed: what the seed does after
 *    one says nothing.
 * 4. Degreed2 is known of 8.8 only, which tells neither changed nor failing grades
 *    (docs/recorded-behaviour.md#which-recording-counts): where it is silent about another percent than it last told,
 *    or takes a grade for want of a certificate, the followed side goes its own way, and nothing is recorded of it from
 *    there. Its tries of one message (429) are one.
 */
export function expectedSends(one: GoldenSequence): { sends: (number | null)[]; wanted: string[] } {
  const { steps, seed_expectation: seed, installed_expectation: installed } = one;
  const wanted = new Set<string>();
  for (const [at, { raised }] of (seed ?? installed).steps.entries()) {
    if (raised && steps[at]?.respond?.error !== undefined) wanted.add('E3');
  }
  const sends = seed ? bySeed(steps, seed.steps, wanted) : by88(steps, installed.steps);
  return { sends, wanted: [...wanted].sort() };
}

function bySeed(
  steps: readonly GoldenStep[],
  recorded: readonly RecordedStep[],
  wanted: Set<string>,
): (number | null)[] {
  let last: unknown;
  let redirected = false;
  return recorded.map((recordedStep, at) => {
    const { completions_sent: sent } = recordedStep;
    const step = steps[at];
    if (step?.delete_audits) [last, redirected] = [undefined, false];
    if (redirected) return null;
    const repeated = repeats(recordedStep, last);
    if (repeated) wanted.add(repeated);
    if (repeated) return 0;
    const taken = sent.find(({ answer }) => within(answer, 0, 300));
    if (taken) last = content(taken);
    redirected = sent.some(({ answer }) => within(answer, 300, 400));
    const isOpen = sent.length > 1 && step !== undefined && leavesOpen(step);
    if (isOpen) wanted.add('E3');
    return isOpen ? 1 : sent.length;
  });
}

/** Why the seed sends again what was taken last; null: it does not. */
function repeats({ completions_sent: [first], raised }: RecordedStep, last: unknown): 'E5' | 'E7' | null {
  if (!first || last === undefined || !isDeepStrictEqual(last, content(first))) return null;
  return raised?.type === 'AttributeError' ? 'E7' : 'E5';
}

function by88(steps: readonly GoldenStep[], recorded: readonly RecordedStep[]): (number | null)[] {
  let lastPercent: number | undefined;
  let parted = false;
  return steps.map((step, at) => {
    const sent = recorded[at]?.completions_sent ?? [];
    if (step.delete_audits) lastPercent = undefined;
    if (sent.some(({ answer }) => within(answer, 0, 300))) lastPercent = step.grade.percent;
    parted ||= partsFrom88(step, sent.length, lastPercent);
    return parted ? null : new Set(sent.map((request) => JSON.stringify(content(request)))).size;
  });
}

function partsFrom88({ grade, ...step }: GoldenStep, sent: number, lastPercent: number | undefined): boolean {
  if (step.pacing === 'instructor' && step.certificate?.status !== 200) return true;
  const isSelected = step.open !== true && step.consent !== false && step.active !== false;
  return isSelected && sent === 0 && lastPercent !== grade.percent;
}

function within(answer: number | string, from: number, below: number): boolean {
  return typeof answer === 'number' && answer >= from && answer < below;
}

function content({ answer: _, ...request }: EnterpriseRow): EnterpriseRow {
  return request;
}
