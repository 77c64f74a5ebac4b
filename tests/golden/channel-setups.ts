import type { ChannelSetup } from '../../clients/channels/channel';
import type { GoldenChannelCase, GoldenTransmission } from './channel-cases';
import { isStatement } from './channel-cases';

/** How a recorded `https://host` is reached here. */
export type Reach = (url: string) => string;

type Base = Pick<ChannelSetup, 'settings' | 'credentials'> & { host: string };

/** The recorded base configuration; credentials are those visible in the recorded requests. */
const BASES: Partial<Record<GoldenChannelCase['channel'], Base>> = {
  SAP: {
    host: 'sap.example.com',
    settings: { companyId: 'acme-co', userId: 'admin-user' },
    credentials: { key: 'sap-key', secret: 'sap-secret' },
  },
  DEGREED2: {
    host: 'degreed2.example.com',
    settings: {},
    credentials: { clientId: 'deg2-id', clientSecret: 'deg2-secret' },
  },
  CANVAS: {
    host: 'canvas.example.com',
    settings: { accountId: '2000', state: '11111111-2222-4333-8444-555555555555' },
    credentials: { clientId: 'canvas-id', clientSecret: 'canvas-secret', refreshToken: 'canvas-refresh' },
  },
  XAPI: {
    host: 'lrs.example.com',
    settings: { siteUrl: 'https://example.com' },
    credentials: { key: 'lrs-key', secret: 'lrs-secret' },
  },
};

/**
 * Overrides that the channel does not see or that mean nothing to it (`user_type`:
 * docs/recorded-behaviour.md#observation-28).
 */
const ELSEWHERE = new Set([
  ...['dry_run_mode_enabled', 'disable_learner_data_transmissions', 'transmit_total_hours', 'user_type'],
]);

/** Null for channels that are not built. @throws for overrides nobody knows here. */
export function setupOf(one: GoldenChannelCase, reach: Reach): (ChannelSetup & { host: string }) | null {
  const base = BASES[one.channel];
  if (!base) return null;
  const path = isStatement(one) ? '/xapi/' : '';
  const settings = isStatement(one) ? { objectType: one.object_type } : overridden(one, reach);
  return {
    kind: one.channel,
    host: base.host,
    baseUrl: reach(`https://${base.host}${path}`),
    settings: { ...base.settings, ...settings },
    credentials: base.credentials,
  };
}

function overridden({ id, config }: GoldenTransmission, reach: Reach): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    if (name === 'prevent_self_submit_grades') settings['preventSelfSubmit'] = value;
    else if (name === 'degreed_token_fetch_base_url') settings['tokenBaseUrl'] = reach(String(value));
    else if (!ELSEWHERE.has(name)) throw new Error(`${id}: unknown override ${name}`);
  }
  return settings;
}
