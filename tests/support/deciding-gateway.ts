import { buildActivities } from '../../activities/build-activities';
import { applyPublishActivity } from '../../activities/courses/apply-publish';
import { readSettings } from '../../config/settings';
import { ApiError } from '../../contracts/api-error';
import type { DecideResult, Refused } from '../../contracts/attempts/activities';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptKey, AttemptView } from '../../contracts/attempts/messages';
import { buildPlatform } from '../../worker/build-platform';
import { API_PROVIDERS, type ApiFixture } from './api-fixture';
import type { Execution } from './recording-gateway';

type Decide = (key: AttemptKey, commandId: string, command: CommandRequest) => Promise<AttemptView>;

/**
 * Lets the real activities decide what the API asks for, in this process: all that a workflow would do, without waiting. To be called before the first request.
 * No service is configured, so every effect ends as skipped. @returns the same for what no caller asks for.
 */
export function decideInProcess(api: ApiFixture): Decide {
  const { db: knex, url } = api.database;
  const settings = readSettings({ DATABASE_URL: url, INVIGIL_PROVIDERS: API_PROVIDERS });
  const gateway = { signal: async () => undefined, signalWithStart: async () => undefined };
  const platform = buildPlatform(settings);
  api.app.addHook('onClose', () => platform.close());
  const dependencies = { ...settings, knex, platform, gateway };
  const activities = buildActivities(dependencies);

  const decide: Decide = async (key, commandId, command) => {
    for (;;) {
      const input = { key, commandId, command, nowMs: Date.now(), confirmedVersion: 0 };
      const result = await activities.decide(input);
      if (result.kind === 'ask') await activities.askOutside({ commandId, key });
      else return viewOf(result);
    }
  };
  api.gateway.answer = async ({ key, update, input }) => {
    if (update !== 'retryEffect') return decide(key, input.commandId, commandOf(update, input));
    const { commandId, effectId } = input as { commandId: string; effectId: string };
    const state = await activities.reopenEffect({ key, nowMs: Date.now(), ...input, commandId, effectId });
    if (state === null || 'kind' in state) throw refusalOf(state);
    return state.attempt as AttemptView;
  };
  const { applyPublish } = applyPublishActivity(dependencies);
  api.gateway.answerToPublish = async (courseId, input) => {
    const result = await applyPublish({ courseId, courseKnown: true, nowMs: Date.now(), ...input });
    if (result.kind === 'refused') throw new ApiError(result.code, result.detail);
    return result.answer;
  };
  return decide;
}

function commandOf(update: string, { commandId: _id, status, ...content }: Execution['input']): CommandRequest {
  const to = status === undefined ? {} : { to: status };
  return { type: update, ...to, ...content } as unknown as CommandRequest;
}

function viewOf(result: Exclude<DecideResult, { kind: 'ask' }>): AttemptView {
  if (result.kind === 'refused') throw refusalOf(result);
  if (result.kind === 'replayed') return result.answer;
  return result.answer ?? (result.state.attempt as AttemptView);
}

function refusalOf(refused: Refused | null): ApiError {
  const { code, detail } = refused ?? { code: 'effect-not-failed' as const, detail: '' };
  return new ApiError(code, detail);
}
