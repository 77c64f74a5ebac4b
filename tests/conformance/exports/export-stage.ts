import type { ChannelBody } from '../../../contracts/http/customers';
import type { SimulatedChannel } from '../../../dev/simulator/channels/channel-settings';
import type { ChannelKind, ExportLevel } from '../../../domain/exports/model';
import type { GoldenExport } from '../../golden/enterprise-cases';
import type { ConformanceStack } from '../conformance-stack';
import { serviceAnswers } from './export-answers';
import type { RecordedExport } from './export-files';
import { importLines } from './export-lines';
import type { ExportCaseNames } from './export-names';

/** Channel kinds to which records are really sent here; the others are checked by dry run. */
const PLAYED: Partial<Record<ChannelKind, Played>> = {
  SAP: {
    simulated: 'sap',
    levels: ['completion'],
    settings: { companyId: 'acme', userId: 'admin' },
    credentials: { key: 'key', secret: 'secret' },
  },
  DEGREED2: {
    simulated: 'degreed2',
    levels: ['completion'],
    settings: {},
    credentials: { clientId: 'id', clientSecret: 'secret' },
  },
  CANVAS: {
    simulated: 'canvas',
    levels: ['completion', 'assessment'],
    settings: { accountId: '1', state: 'state' },
    credentials: { clientId: 'id', clientSecret: 'secret', refreshToken: 'refresh' },
  },
};

export interface Played {
  simulated: SimulatedChannel;
  levels: readonly ExportLevel[];
  settings: Record<string, string>;
  credentials: Record<string, string>;
}

/** How a case's records leave; null: they don't. */
export function playedBy(channel: ChannelKind, level: ExportLevel): Played | null {
  const played = PLAYED[channel];
  return played?.levels.includes(level) ? played : null;
}

const FAST = { requestsPerSecond: 1_000, concurrency: 5 };

/** The body of a channel's configuration. */
export function channelBody(kind: ChannelKind, level: ExportLevel, simulatorUrl: string): Record<string, unknown> {
  const played = playedBy(kind, level);
  if (!played) return { kind, dryRun: true };
  const { simulated, settings, credentials } = played;
  return { kind, baseUrl: `${simulatorUrl}/channels/${simulated}`, settings, credentials, limits: FAST };
}

/** Sets a recorded world up: customers, channels and imports over HTTP, and what the services will say. */
export async function setUpCustomers(
  stack: ConformanceStack,
  recorded: RecordedExport,
  names: ExportCaseNames,
  more: Pick<ChannelBody, 'inDoubt'> = {},
): Promise<void> {
  const { one, level } = recorded;
  const { exports: api, simulator } = stack;
  const { customer, config } = one.world;
  const flags = {
    enableAuditEnrollment: customer.enable_audit_enrollment,
    enableAuditDataReporting: customer.enable_audit_data_reporting,
    identityProvider: customer.identity_provider,
  };
  const others = customerOf(names, 'other');
  await api.put(`/customers/${customerOf(names, 'main')}`, { name: 'Main', slug: names.token, ...flags });
  await api.put(`/customers/${others}`, { name: 'Other', slug: others });
  const body = channelBody(one.channel, level, simulator.baseUrl);
  const own = { ...body, ...more, transmitTotalHours: config.transmit_total_hours };
  for (const [name, channel] of [
    ['own', own],
    ['other', body],
  ] as const) {
    await api.put(`/customers/${customerOf(names, 'main')}/channels/${name}`, channel);
  }
  for (const side of ['main', 'other'] as const) {
    await api.import(customerOf(names, side), importLines(recorded, names, side));
  }
  for (const answer of serviceAnswers(one, names)) await simulator.learnerData(answer);
}

export function customerOf({ token }: ExportCaseNames, side: 'main' | 'other'): string {
  return side === 'main' ? token : `${token}-other`;
}

/** Every course of the cases that Canvas must have: it knows none by itself. */
export function canvasCourses(cases: readonly { one: GoldenExport; names: ExportCaseNames }[]): string[] {
  const courses = cases
    .filter(({ one }) => one.channel === 'CANVAS')
    .flatMap(({ one, names }) =>
      one.world.courses.flatMap((course) => [course.course_key, course.course_run_id].map((id) => names.own(id))),
    );
  return [...new Set(courses)];
}
