import type { TimelineAnswer, TimelineItem } from '../../contracts/http/timeline';
import { deedIn, whoIn } from './words';

type Change = Extract<TimelineItem, { kind: 'change' }>;
type Effect = Change['effects'][number];

/** The story of an attempt for a terminal. `timeZone`: this machine's, unless a test says otherwise. */
export function tellStory({ attempt, items }: TimelineAnswer, timeZone?: string): string {
  const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone });
  const at = (instant: string): string => clock.format(new Date(instant));
  const { attemptCode, attemptNumber, userId, examId, courseId, status, isArchived } = attempt;
  const state = isArchived ? `removed (was ${status})` : status;
  return [
    `Attempt ${attemptCode}: ${state}`,
    `Try ${attemptNumber} of learner ${userId} on exam ${examId}, ${courseId}`,
    `Times are those of ${clock.resolvedOptions().timeZone}.`,
    '',
    'What happened',
    ...items.flatMap((item) => linesOf(item, at)),
    ...(items.length === 0 ? ['  nothing is kept'] : []),
    '',
    'What happens next',
    ...nextSteps(attempt, at).map((line) => `  ${line}`),
  ].join('\n');
}

type At = (instant: string) => string;

function linesOf(item: TimelineItem, at: At): string[] {
  const line = (text: string): string => `  ${at(item.at)}  ${text}`;
  switch (item.kind) {
    case 'change':
      return [
        line(changeText(item)),
        ...indented(reasonIn(item)),
        ...indented(...item.effects.map((one) => toldIn(one, at))),
      ];
    case 'callback': {
      const { callback, inboxId, state, refusedBecause } = item;
      const end = state === 'refused' ? `refused: ${refusedBecause ?? 'no reason is kept'}` : state;
      return [line(`${whoIn(item.by)} called: ${callback}, callback ${inboxId}, ${end}`)];
    }
    case 'review':
      return [line(`${whoIn(item.by)}: review ${item.reviewId} says "${item.reviewStatus}"`)];
    case 'around':
      return [line(aroundText(item)), ...indented(reasonIn(item))];
  }
}

function changeText({ by, because, version, statusBefore, status }: Change): string {
  const who = whoIn(by);
  if (version === null) return `${who} ${deedIn(because)}; the attempt stayed as it was`;
  const move = statusBefore === status || status === null ? '' : `: ${statusBefore ?? 'nothing'} → ${status}`;
  return `${who} ${deedIn(because)}${move} (version ${version})`;
}

function reasonIn({ reason, requestId }: { reason: string | null; requestId: string | null }): string {
  const parts = [...(reason === null ? [] : [`"${reason}"`]), ...(requestId ? [`request ${requestId}`] : [])];
  return parts.join(', ');
}

function toldIn(effect: Effect, at: At): string {
  const { name, state, tries, lastError, detail, doneAt, createdAt } = effect;
  const count = tries === 1 ? '1 try' : `${tries} tries`;
  switch (state) {
    case 'done':
      return `${name}: done ${at(doneAt ?? createdAt)}, ${count}`;
    case 'failed':
      return `${name}: failed after ${count}: ${lastError ?? 'no error is kept'}. Retry it, it does not go on by itself.`;
    case 'due':
      return dueText(effect, at);
    case 'in_flight':
      return `${name}: on its way, ${count}`;
    case 'skipped':
      return `${name}: skipped, ${detail ?? 'no reason is kept'}`;
    case 'superseded':
      return `${name}: a newer one replaced it`;
  }
}

function dueText({ name, tries, lastError, nextTryAt }: Effect, at: At): string {
  const parts = [`${name}: due`];
  if (lastError !== null) parts.push(`failed ${tries === 1 ? 'once' : `${tries} times`}: ${lastError}`);
  if (nextTryAt !== null) parts.push(`next try ${at(nextTryAt)}`);
  return parts.join(', ');
}

function aroundText({ by, action, object, detail }: Extract<TimelineItem, { kind: 'around' }>): string {
  if (!action.startsWith('callback.')) return `${whoIn(by)}: ${action} ${object}${valuesIn(detail)}`;
  const { provider, code } = (detail ?? {}) as { provider?: string; code?: string };
  return `a callback at the address of ${provider ?? 'a vendor'} was turned away: ${code ?? action} (${action})`;
}

function valuesIn(detail: unknown): string {
  const { before, after } = (detail ?? {}) as { before?: unknown; after?: unknown };
  if (before === undefined && after === undefined) return '';
  return `: ${textOf(before)} → ${textOf(after)}`;
}

function textOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function nextSteps(attempt: TimelineAnswer['attempt'], at: At): string[] {
  const { deadline, reviewDueAt, pendingEffects, isArchived } = attempt;
  const reasons = attempt.needsAttention;
  const steps = [
    ...(deadline === null ? [] : [`The time is over at ${at(deadline)}.`]),
    ...(reviewDueAt === null ? [] : [`The vendor's review is due by ${at(reviewDueAt)}.`]),
    ...(pendingEffects === 0 ? [] : [`${pendingEffects} of the effects above are still to be done.`]),
    ...(reasons.length === 0 ? [] : [`Somebody has to look at it: ${reasons.join(', ')}.`]),
  ];
  if (steps.length > 0) return steps;
  return [isArchived ? 'Nothing: it was removed.' : 'Nothing by itself.'];
}

function indented(...texts: string[]): string[] {
  return texts.filter((text) => text !== '').map((text) => `${' '.repeat(23)}${text}`);
}
