import type { Knex } from 'knex';
import { buildActivities } from '../../activities/build-activities';
import type { Settings } from '../../config/settings';
import { ApiError } from '../../contracts/api-error';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptView } from '../../contracts/attempts/messages';
import { buildPlatform } from '../../worker/build-platform';
import type { Execution } from './recording-gateway';

/**
 * Answers the API's calls about attempts by the real activities on the real database, without a workflow between: for tests
 * of what the database decides.
 */
export function directAttempts(settings: Settings, knex: Knex): (execution: Execution) => Promise<AttemptView> {
  const gateway = { signalWithStart: async () => undefined, signal: async () => undefined };
  const activities = buildActivities({ ...settings, knex, platform: buildPlatform(settings), gateway });
  return async function answer({ key, update, input }): Promise<AttemptView> {
    const { commandId, status, ...rest } = input;
    const command = { type: update, ...rest, ...(status === undefined ? {} : { to: status }) } as CommandRequest;
    for (;;) {
      const result = await activities.decide({ key, commandId, command, nowMs: Date.now(), confirmedVersion: 0 });
      if (result.kind === 'refused') {
        const { code, detail, attemptCode, reason } = result;
        throw new ApiError(code, detail, { ...(attemptCode ? { attemptCode } : {}), ...(reason ? { reason } : {}) });
      }
      if (result.kind === 'replayed') return result.answer;
      if (result.kind === 'applied') return (result.answer ?? result.state.attempt) as AttemptView;
      await activities.askOutside({ commandId, key });
    }
  };
}
