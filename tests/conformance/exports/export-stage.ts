import type { ChannelBody } from '../../../contracts/http/customers';
import { channelBody, type SimulatedSetup, simulatedSetup } from '../../../dev/customer-set-up';
import type { ChannelKind, ExportLevel } from '../../../domain/exports/model';
import type { GoldenExport } from '../../golden/enterprise-cases';
import type { ConformanceStack } from '../conformance-stack';
import { serviceAnswers } from './export-answers';
import type { RecordedExport } from './export-files';
import { importLines } from './export-lines';
import type { ExportCaseNames } from './export-names';

/** Levels at which records are really sent here, by kind of channel; all else is checked by dry run. */
const LEVELS = { SAP: ['completion'], DEGREED2: ['completion'], CANVAS: ['completion', 'assessment'] };

/** The simulator's channel behind a kind that is really sent to. */
export type Played = Pick<SimulatedSetup, 'channel'>;

/** How a case's records leave; null: they don't. */
export function playedBy(kind: ChannelKind, level: ExportLevel): Played | null {
  return isPlayed(kind) && LEVELS[kind].includes(level) ? simulatedSetup(kind) : null;
}

function isPlayed(kind: ChannelKind): kind is keyof typeof LEVELS {
  return kind in LEVELS;
}

const FAST = { requestsPerSecond: 1_000, concurrency: 5 };

function bodyOf(kind: ChannelKind, level: ExportLevel, simulatorUrl: string): object {
  const isSent = isPlayed(kind) && LEVELS[kind].includes(level);
  return isSent ? channelBody(kind, simulatorUrl, { limits: FAST }) : { kind, dryRun: true };
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
  const body = bodyOf(one.channel, level, simulator.baseUrl);
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
  for (const answer of serviceAnswers(one, names)) await simulator.answer('learner-data', answer);
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
