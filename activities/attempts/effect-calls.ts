import type { Call } from '../../clients/http/call';
import { ServiceError } from '../../clients/http/service-error';
import type { ReviewNotice } from '../../clients/platform/instructor';
import type { ExamRef } from '../../clients/platform/refs';
import type { Platform, ProctoringClient } from '../../clients/platform/services';
import { reviewPage } from '../../clients/proctoring/review-page';
import { findLearner } from '../../db/courses/learners';
import type { EffectToDo } from '../../db/effects/effects';
import type { EffectAction } from '../../domain/attempts/effects';
import type { Dependencies } from './dependencies';
import { sendStatusMail } from './status-mail';

type EffectCall = () => Promise<unknown>;
type ActionOf<N extends EffectAction['name']> = Extract<EffectAction, { name: N }>;

interface EffectContext {
  dependencies: Dependencies;
  platform: Platform;
  effect: EffectToDo;
  ref: ExamRef;
  call: Call;
}

type CallBuilder<N extends EffectAction['name']> = (action: ActionOf<N>, context: EffectContext) => EffectCall | null;

/** One line per effect: the call it makes. Null = the service is not configured. */
const CALL_BUILDERS: { [N in Exclude<EffectAction['name'], 'cascade'>]: CallBuilder<N> } = {
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
  'provider.start': (action, context) =>
    providerCall(action, context, (client, ref) => client.start(ref, context.call)),
  'provider.stop': (action, context) => providerCall(action, context, (client, ref) => client.stop(ref, context.call)),
  'provider.error': (action, context) =>
    providerCall(action, context, (client, ref) => client.error(ref, context.call)),
  'provider.remove': (action, context) =>
    providerCall(action, context, (client, ref) => client.remove(ref, context.call)),
};

/**
 * The outgoing call of an effect; null when its service is not configured. The body comes from the effect row alone (and
 * the learner's stored name and address), so a repeat has the same key and body.
 */
export function buildEffectCall(dependencies: Dependencies, effect: EffectToDo): EffectCall | null {
  const { action, userId, courseId, contentId, key } = effect;
  if (action.name === 'cascade') return null;
  const buildCall = CALL_BUILDERS[action.name] as CallBuilder<typeof action.name>;
  const ref = { userId, courseId, contentId };
  return buildCall(action, { dependencies, platform: dependencies.platform, effect, ref, call: { key } });
}

/** Effects stored before links were sent have no external id. */
function noticeOf(
  { attemptCode, externalId = null, examName, reviewStatus }: ActionOf<'instructor.notify'>,
  { platformUrl }: Dependencies,
  { examId, ...ref }: ExamRef & { examId: number },
): ReviewNotice {
  const page = platformUrl === undefined ? {} : { reviewUrl: reviewPage(platformUrl, { ...ref, examId, externalId }) };
  return { ...ref, attemptCode, examName, reviewStatus, ...page };
}

function providerCall(
  { provider, externalId }: { provider: string; externalId: string | null },
  { platform, effect }: EffectContext,
  send: (client: ProctoringClient, ref: { examId: number; externalId: string | null }) => Promise<unknown>,
): EffectCall | null {
  const client = platform.provider(provider);
  return client && (() => send(client, { examId: effect.examId, externalId }));
}

async function usernameOf({ knex }: Dependencies, userId: string): Promise<string> {
  const learner = await findLearner(knex, userId);
  if (!learner) throw new ServiceError('certificates', 'refused', 'the learner is not known here');
  return learner.username;
}
