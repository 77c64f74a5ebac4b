import type { ChannelKind, Enrollment, LearnerLink } from './model';

/** The words a channel takes for a grade. */
export interface GradeWords {
  passing: string;
  failing: string;
  incomplete: string;
  audit: string;
}

/** How a channel differs from the others before anything is written on the wire. */
export interface ChannelTraits {
  /** The ids a course goes by, in the order they are tried: the second only where the first was refused. */
  courseIds: readonly ['key' | 'run', ...'run'[]];
  /** By what the channel knows a learner; each must be there. */
  identity: readonly ('remoteId' | 'email' | 'clickThrough')[];
  /** What counts as the grade that was sent: Degreed is told none, so once is enough (golden README, surprise 9). */
  grade: 'word' | 'percent' | 'none';
  /** A record without a percent has nothing to tell here; Degreed2 takes completions without one. */
  needsPercent: boolean;
  tellsHours: boolean;
  words: GradeWords;
}

const words: GradeWords = { passing: 'Pass', failing: 'Fail', incomplete: 'In Progress', audit: 'Audit' };
const plain: ChannelTraits = {
  courseIds: ['run'],
  identity: [],
  grade: 'word',
  needsPercent: false,
  tellsHours: false,
  words,
};
const byMail: ChannelTraits = {
  ...plain,
  courseIds: ['key'],
  identity: ['email'],
  grade: 'percent',
  needsPercent: true,
};

const TRAITS: Record<ChannelKind, ChannelTraits> = {
  GENERIC: plain,
  CSV: plain,
  XAPI: { ...plain, identity: ['email'] },
  SAP: { ...plain, courseIds: ['key', 'run'], identity: ['remoteId'], tellsHours: true },
  DEGREED: { ...plain, courseIds: ['key', 'run'], identity: ['remoteId', 'email'], grade: 'none' },
  DEGREED2: { ...byMail, identity: ['remoteId', 'email'], needsPercent: false },
  CANVAS: byMail,
  BLACKBOARD: byMail,
  MOODLE: { ...byMail, courseIds: ['key', 'run'] },
  CSOD: { ...plain, courseIds: ['key'], identity: ['clickThrough'] },
};

/** The traits of a channel, as recorded in export_cases.json (cases `special-channel-*`). */
export function traitsOf(channel: ChannelKind): ChannelTraits {
  return TRAITS[channel];
}

/** Whether the channel can know this learner at all. Cornerstone's word is good for the clicked course only. */
export function hasIdentity(channel: ChannelKind, { identity }: LearnerLink, enrollment: Enrollment): boolean {
  return traitsOf(channel).identity.every((by) => {
    if (by === 'clickThrough') return identity.clickThrough?.courseKey === keyOf(enrollment);
    return (identity[by] ?? '') !== '';
  });
}

/** The ids this enrollment's course goes by at the channel, most wanted first. */
export function courseIdsOf(channel: ChannelKind, enrollment: Enrollment): [string, ...string[]] {
  const [first, ...others] = traitsOf(channel).courseIds;
  const wanted = first === 'key' ? keyOf(enrollment) : enrollment.courseRunId;
  return others.length === 0 || wanted === enrollment.courseRunId ? [wanted] : [wanted, enrollment.courseRunId];
}

/** A run the catalog has no course for goes by its own id. */
function keyOf({ courseKey, courseRunId }: Enrollment): string {
  return courseKey ?? courseRunId;
}
