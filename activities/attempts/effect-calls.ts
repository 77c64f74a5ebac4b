import type { Call, ExamRef, Platform, ProctoringClient, ReviewNotice } from '../../clients/platform/platform';
import { reviewPage } from '../../clients/proctoring/review-page';
import { ServiceError } from '../../clients/http/service-error';
import type { EffectToDo } from './perform';
import { findLearner } from '../../db/courses/learners';
import type { EffectAction } from '../../domain/attempts/effects';
import type { Dependencies } from './dependencies';
import { sendStatusMail } from './status-mail';

type Send = () => Promise<unknown>;
type Of<N extends EffectAction['name']> = Extract<EffectAction, { name: N }>;

interface Context {
  dependencies: Dependencies;
  platform: Platform;
  effect: EffectToDo;
  ref: ExamRef;
  call: Call;
}

type Sender<N extends EffectAction['name']> = (action: Of<N>, context: Context) => Send | null;

/** One line per effect: what leaves the house for it. Null = the service is not configured. */
const SENDERS: { [N in Exclude<EffectAction['name'], 'cascade'>]: Sender<N> } = {
  'credit.set': ({ status }, { platform: { credit }, ref, call }) =>
    credit && (() => credit.setStatus({ ...ref, status }, call)),
  'credit.remove': (_, { platform: { credit }, ref, call }) => credit && (() => credit.removeStatus(ref, call)),
  'grades.override': ({ name: _, ...grade }, { platform: { grades }, ref, call }) =>
    grades && (() => grades.override({ ...ref, ...grade }, call)),
  'grades.undoOverride': (_, { platform: { grades }, ref, call }) => grades && (() => grades.undoOverride(ref, call)),
  'certificates.invalidate': (_, { dependencies, platform: { certificates }, ref, call }) =>
    certificates &&
    (async () =>
      certificates.invalidate({ username: await usernameOf(dependencies, ref.userId), courseId: ref.courseId }, call)),
  'instructor.reset': ({ name: _, ...by }, { platform: { instructor }, ref, call }) =>
    instructor && (() => instructor.reset({ ...ref, ...by }, call)),
  'instructor.complete': (_, { platform: { instructor }, ref, call }) =>
    instructor && (() => instructor.complete(ref, call)),
  'instructor.notify': (action, { dependencies, platform: { instructor }, effect, ref, call }) =>
    instructor && (() => instructor.notify(noticeOf(action, dependencies, { ...ref, examId: effect.examId }), call)),
  email: ({ template }, { dependencies, platform: { mail }, effect }) =>
    mail && (() => sendStatusMail(dependencies, mail, effect, template)),
  'provider.start': (action, context) => toProvider(action, context, (client, ref) => client.start(ref, context.call)),
  'provider.stop': (action, context) => toProvider(action, context, (client, ref) => client.stop(ref, context.call)),
  'provider.error': (action, context) => toProvider(action, context, (client, ref) => client.error(ref, context.call)),
  'provider.remove': (action, context) =>
    toProvider(action, context, (client, ref) => client.remove(ref, context.call)),
};

/**
 * The outgoing call of an effect; null when its service is not configured. The body comes from the effect row alone (and
 * the learner's stored name and address), so a repeat under the same key says the same.
 */
export function callFor(dependencies: Dependencies, effect: EffectToDo): Send | null {
  const { action, userId, courseId, contentId, key } = effect;
  if (action.name === 'cascade') return null;
  const send = SENDERS[action.name] as Sender<typeof action.name>;
  const ref = { userId, courseId, contentId };
  return send(action, { dependencies, platform: dependencies.platform, effect, ref, call: { key } });
}

/** Effects stored before links were sent have no external id. */
function noticeOf(
  { attemptCode, externalId = null, examName, reviewStatus }: Of<'instructor.notify'>,
  { platformUrl }: Dependencies,
  { examId, ...ref }: ExamRef & { examId: number },
): ReviewNotice {
  const page = platformUrl === undefined ? {} : { reviewUrl: reviewPage(platformUrl, { ...ref, examId, externalId }) };
  return { ...ref, attemptCode, examName, reviewStatus, ...page };
}

function toProvider(
  { provider, externalId }: { provider: string; externalId: string | null },
  { platform, effect }: Context,
  send: (client: ProctoringClient, ref: { examId: number; externalId: string | null }) => Promise<unknown>,
): Send | null {
  const client = platform.provider(provider);
  return client && (() => send(client, { examId: effect.examId, externalId }));
}

async function usernameOf({ knex }: Dependencies, userId: string): Promise<string> {
  const learner = await findLearner(knex, userId);
  if (!learner) throw new ServiceError('certificates', 'refused', 'the learner is not known here');
  return learner.username;
}
