import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import type { Channel, ChannelDependencies, ChannelSetup } from '../../../../clients/channels/channel';
import { openChannel } from '../../../../clients/channels/registry';
import { type SimulatedKind, type SimulatedSetup, simulatedSetup } from '../../../../dev/customer-set-up';
import type { ChannelState } from '../../../../dev/simulator/channels/channel-state';
import { Simulator } from '../../../../dev/simulator/simulator';
import { toDecimal } from '../../../../domain/exports/decimal';
import type { AssessmentRecord, CompletionRecord } from '../../../../domain/exports/model';
import { sendRecords, type UnmappedItem } from '../../../support/channel-items';

export const COURSE = 'edX+S01';
/** Never to be seen outside headers and bodies. */
export const SECRET = 'canary-secret-of-the-tests';

const CSV = { settings: { folder: 'customer' }, credentials: {} };

function isSimulated(kind: ChannelSetup['kind']): kind is SimulatedKind {
  return ['SAP', 'DEGREED2', 'CANVAS', 'XAPI'].includes(kind);
}

/** A channel that is given records: they are mapped, then sent. */
export interface RecordChannel extends Pick<Channel, 'map' | 'health'> {
  send(batch: readonly UnmappedItem[], signal?: AbortSignal): ReturnType<Channel['send']>;
}

export interface ChannelFixture {
  simulator: Simulator;
  state(kind: ChannelSetup['kind']): ChannelState;
  setup(kind: ChannelSetup['kind'], settings?: Record<string, unknown>): ChannelSetup;
  openChannel(
    kind: ChannelSetup['kind'],
    settings?: Record<string, unknown>,
    more?: Partial<ChannelDependencies>,
  ): Channel;
  open(
    kind: ChannelSetup['kind'],
    settings?: Record<string, unknown>,
    more?: Partial<ChannelDependencies>,
  ): RecordChannel;
  csvFolder: string;
  end(): Promise<void>;
}

/** Simulated channels on loopback, and our channels configured for them. */
export async function startChannels(): Promise<ChannelFixture> {
  const simulator = new Simulator();
  const urls = await simulator.start();
  const dispatcher = new Agent();
  const csvFolder = mkdtempSync(join(tmpdir(), 'invigil-csv-'));
  const simulated = (kind: ChannelSetup['kind']): SimulatedSetup => {
    if (!isSimulated(kind)) throw new Error(`${kind} is not simulated`);
    return simulatedSetup(kind, SECRET);
  };
  const setup: ChannelFixture['setup'] = (kind, more = {}) => {
    const { settings, credentials } = kind === 'CSV' ? CSV : simulated(kind);
    const baseUrl = kind === 'CSV' ? '' : urls.channel(simulated(kind).channel);
    return { kind, baseUrl, credentials, settings: { ...settings, ...more } };
  };
  const open: ChannelFixture['openChannel'] = (kind, settings, more) =>
    openChannel(setup(kind, settings), { dispatcher, timeoutMs: 2000, csvFolder, ...more });
  return {
    simulator,
    csvFolder,
    setup,
    state: (kind) => simulator.channels.state(simulated(kind).channel),
    openChannel: open,
    open: (kind, settings, more) => {
      const channel = open(kind, settings, more);
      return { ...channel, send: (batch, signal) => sendRecords(channel, batch, signal) };
    },
    end: async () => {
      simulator.faults.clear();
      await dispatcher.destroy();
      await simulator.stop();
      rmSync(csvFolder, { recursive: true });
    },
  };
}

/** A passed course of learner `name`, whose address is `name@example.com`. */
export function completion(name: string, changes: Partial<CompletionRecord> = {}): UnmappedItem {
  const record: CompletionRecord = {
    kind: 'completion',
    enrollmentId: `e-${name}`,
    userId: `u-${name}`,
    courseId: COURSE,
    courseRunId: 'course-v1:edX+S01+2021',
    courseTitle: 'Kurs',
    grade: 'Pass',
    percent: toDecimal(0.57),
    percentAsGiven: '0.57',
    isPassing: true,
    completedAt: new Date('2021-06-12T12:34:56.789Z'),
    completedOn: '2021-06-12',
    courseCompleted: true,
    totalHours: null,
    identity: { remoteId: name, email: `${name}@example.com`, clickThrough: null },
    ...changes,
  };
  return { key: `key-${name}-${record.courseId}`, record, context: CONTEXT };
}

export function assessment(name: string, subsectionId: string): UnmappedItem {
  const percent = toDecimal(0.7);
  const points = toDecimal(10);
  if (percent === null) throw new Error('unreachable');
  const record: AssessmentRecord = {
    kind: 'assessment',
    enrollmentId: `e-${name}`,
    userId: `u-${name}`,
    courseId: COURSE,
    courseRunId: 'course-v1:edX+S01+2021',
    subsectionId,
    subsectionName: 'Homework',
    percent,
    pointsEarned: toDecimal(7),
    pointsPossible: points,
    identity: { remoteId: name, email: `${name}@example.com`, clickThrough: null },
  };
  return { key: `key-${name}-${subsectionId}`, record, context: CONTEXT };
}

const CONTEXT = { courseKey: COURSE, courseDescription: null, courseUuid: null };
