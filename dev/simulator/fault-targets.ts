import { CHANNELS } from './channels/channel-settings';
import { ROUTES } from './services';

/** What a fault can be set for by its plain name. `provider` and `channel` are all of them, `*` is everything. */
const PLAIN = [...new Set(ROUTES.map(({ service }) => service)), 'token', 'mail', 'channel', '*'];

const OF_CHANNELS = CHANNELS.map((channel) => `channel:${channel}`);

/** All of them, for people. */
export const FAULT_TARGETS: readonly string[] = [...PLAIN, 'provider:<name>', ...OF_CHANNELS];

/** Whether a request can ever meet a fault of that name. */
export function isFaultTarget(name: string): boolean {
  return [...PLAIN, ...OF_CHANNELS].includes(name) || /^provider:[^:<>]+$/.test(name);
}
