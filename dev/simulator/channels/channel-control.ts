import type { Static } from '@sinclair/typebox';
import { type ChannelHttp, isChannel } from './channel-http';
import { type ChannelSettingsBody, plainSettings } from './channel-settings';

/**
 * Under /_sim/channels/{channel}: PUT sets, GET shows the settings with the totals, DELETE forgets both; `/records` counts
 * what was taken per learner and course, `/requests` shows what came in, POST `/tokens` ends all tokens.
 */
export function channelControl(
  channels: ChannelHttp,
  { method, name, what }: { method: string; name: string; what: string },
  settings: () => Static<typeof ChannelSettingsBody>,
): object | undefined {
  if (!isChannel(name)) return undefined;
  const state = channels.state(name);
  switch (`${method} ${what}`) {
    case 'PUT ':
      Object.assign(state.settings, settings());
      return state.settings;
    case 'GET ':
      return { settings: state.settings, totals: state.totals() };
    case 'DELETE ':
      state.clear();
      state.settings = plainSettings();
      return {};
    case 'GET records':
      return { items: state.records() };
    case 'GET requests':
      return { items: state.log() };
    case 'POST tokens':
      state.revokeTokens();
      return {};
    default:
      return undefined;
  }
}
