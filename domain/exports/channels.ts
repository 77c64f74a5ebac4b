import type { ChannelKind, Enrollment, LearnerLink } from './model';

/** How a channel spells a grade. */
export interface GradeLabels {
  passing: string;
  failing: string;
  incomplete: string;
  audit: string;
}

/** How a channel differs from the others before payloads are built. */
export interface ChannelTraits {
  /** The course ids to use, in the order they are tried: the second only if the first was refused. */
  courseIds: readonly ['key' | 'run', ...'run'[]];
  /** The ids the channel needs of a learner, all of them. */
  identity: readonly ('remoteId' | 'email' | 'clickThrough')[];
  /**
   * What counts as the grade that was sent: Degreed gets none, so once is enough
   * (docs/recorded-behaviour.md#observation-9).
   */
  grade: 'word' | 'percent' | 'none';
  /** A record without a percent is not sent here; Degreed2 takes completions without one. */
  needsPercent: boolean;
  reportsHours: boolean;
  labels: GradeLabels;
}

const labels: GradeLabels = { passing: 'Pass', failing: 'Fail', incomplete: 'In Progress', audit: 'Audit' };
const defaults: ChannelTraits = {
  courseIds: ['run'],
  identity: [],
  grade: 'word',
  needsPercent: false,
  reportsHours: false,
  labels,
};
const emailDefaults: ChannelTraits = {
  ...defaults,
  courseIds: ['key'],
  identity: ['email'],
  grade: 'percent',
  needsPercent: true,
};

const TRAITS: Record<ChannelKind, ChannelTraits> = {
  GENERIC: defaults,
  CSV: defaults,
  XAPI: { ...defaults, identity: ['email'] },
  SAP: { ...defaults, courseIds: ['key', 'run'], identity: ['remoteId'], reportsHours: true },
  DEGREED: { ...defaults, courseIds: ['key', 'run'], identity: ['remoteId', 'email'], grade: 'none' },
  DEGREED2: { ...emailDefaults, identity: ['remoteId', 'email'], needsPercent: false },
  CANVAS: emailDefaults,
  BLACKBOARD: emailDefaults,
  MOODLE: { ...emailDefaults, courseIds: ['key', 'run'] },
  CSOD: { ...defaults, courseIds: ['key'], identity: ['clickThrough'] },
};

/** The traits of a channel, as recorded in export_cases.json (cases `special-channel-*`). */
export function traitsOf(channel: ChannelKind): ChannelTraits {
  return TRAITS[channel];
}

/** Whether the channel can identify the learner. Cornerstone's click-through is for its course only. */
export function hasIdentity(channel: ChannelKind, { identity }: LearnerLink, enrollment: Enrollment): boolean {
  return traitsOf(channel).identity.every((by) => {
    if (by === 'clickThrough') return identity.clickThrough?.courseKey === keyOf(enrollment);
    return (identity[by] ?? '') !== '';
  });
}

/** The ids of this enrollment's course at the channel, preferred one first. */
export function courseIdsOf(channel: ChannelKind, enrollment: Enrollment): [string, ...string[]] {
  const [first, ...others] = traitsOf(channel).courseIds;
  const preferred = first === 'key' ? keyOf(enrollment) : enrollment.courseRunId;
  return others.length === 0 || preferred === enrollment.courseRunId
    ? [preferred]
    : [preferred, enrollment.courseRunId];
}

/** A run without a course in the catalog has its own id. */
function keyOf({ courseKey, courseRunId }: Enrollment): string {
  return courseKey ?? courseRunId;
}
