import type { PeriodPath } from '../../../domain/qualification/access';
import type { DecidedList } from '../../../domain/qualification/differences';
import type { QualificationDraft } from '../../../domain/qualification/drafts';
import type {
  AssignmentGroup,
  Period,
  PeriodAssignment,
  PublishedFeedback,
} from '../../../domain/qualification/model';
import type { QualificationPlugin } from '../../../domain/qualification/plugin';
import { inPeriodOrder, periodResults } from '../../../domain/qualification/results';
import type { PluginSettings } from '../../../domain/qualification/settings-fields';
import {
  activeStatus,
  type QualificationRow,
  type QualificationStatus,
} from '../../../domain/qualification/statuses';
import { assignmentWith, daysIn, type Semester } from '../../support/period-builders';

/** All walks happen at one instant: nothing in them depends on the order of clocks. */
export const WALKED_AT = daysIn(60);

export interface SavedStatus {
  /** The number it was made under in this university, over all periods. */
  n: number;
  periodId: string;
  status: QualificationStatus;
  rows: QualificationRow[];
  exported: boolean;
}

export interface WalkedDraft {
  draft: QualificationDraft;
  /** Null = by hand. */
  plugin: QualificationPlugin | null;
  settings: PluginSettings;
  preview: DecidedList;
}

interface Student {
  userId: string;
  fullName: string;
}

interface PeriodData {
  period: Period;
  assignments: PeriodAssignment[];
  students: Student[];
  groups: AssignmentGroup[];
}

const STUDENTS = [
  { userId: 's1', fullName: 'Ada Berg' },
  { userId: 's2', fullName: 'Åse Aas' },
  { userId: 's3', fullName: '' },
];

const ADMINISTRATORS: PeriodPath['administrators'] = [
  { objectId: 'p1', objectKind: 'period', issuer: null, subject: 'periodadmin' },
  { objectId: 'old', objectKind: 'period', issuer: null, subject: 'periodadmin' },
  { objectId: 'p2', objectKind: 'period', issuer: null, subject: 'otheradmin' },
  { objectId: 'sub', objectKind: 'node', issuer: null, subject: 'subjectadmin' },
  { objectId: 'dept', objectKind: 'node', issuer: null, subject: 'deptadmin' },
];

/** Three periods of one subject: p1 and p2 run, old has ended. Nothing of it but data; what happens is up to the rules. */
export class University {
  readonly periods = new Map<string, PeriodData>();
  readonly statuses: SavedStatus[] = [];
  /** By actor and session: a draft is what a session was. */
  readonly drafts = new Map<string, WalkedDraft>();
  readonly lostSessions = new Set<string>();
  /** Sessions whose draft was refused when it was to be saved. */
  readonly refusedSaves = new Set<string>();
  readonly removed = { students: new Set<string>(), users: new Set<string>(), plugins: new Set<string>() };
  /** Clocks of statuses that were changed by hand. */
  readonly createdAt = new Map<number, string>();
  #newestBy: 'number' | 'clock' = 'number';
  #groups = 0;

  constructor() {
    for (const periodId of ['p1', 'p2', 'old']) {
      const [startsAt, endsAt] = periodId === 'old' ? [daysIn(-100), daysIn(-1)] : [daysIn(0), daysIn(120)];
      const data: PeriodData = { period: { periodId, startsAt, endsAt }, assignments: [], students: [], groups: [] };
      this.periods.set(periodId, data);
      if (periodId !== 'old') data.students.push(...STUDENTS);
      for (const key of ['a1', 'a2', 'a3']) this.addAssignment(periodId, key);
      for (const { userId } of data.students) for (const one of data.assignments) this.addGroup(periodId, one, userId);
    }
  }

  addAssignment(periodId: string, key: string): void {
    const named = { longName: key.toUpperCase(), shortName: key, publishedAt: assignmentWith(key).publishedAt };
    this.data(periodId).assignments.push(assignmentWith(`${periodId}:${key}`, named));
  }

  private addGroup(periodId: string, { assignmentId }: PeriodAssignment, userId: string): void {
    this.#groups += 1;
    const deadlines = [{ deadlineAt: daysIn(20), feedback: [] }];
    this.data(periodId).groups.push({
      groupId: this.#groups,
      assignmentId,
      members: [userId],
      isOpen: true,
      deadlines,
    });
  }

  /** Publishing a feedback closes the group. */
  publish(periodId: string, key: string, userId: string, given: { points: number; isPassing: boolean }): void {
    const data = this.data(periodId);
    const assignmentId = `${periodId}:${key}`;
    data.groups = data.groups.map((group) => {
      if (group.assignmentId !== assignmentId || !group.members.includes(userId)) return group;
      const [deadline] = group.deadlines;
      const before = deadline?.feedback ?? [];
      const next: PublishedFeedback = {
        ...given,
        feedbackId: String(before.length),
        grade: String(given.points),
        savedAt: daysIn(30 + before.length),
      };
      return { ...group, isOpen: false, deadlines: [{ deadlineAt: daysIn(20), feedback: [...before, next] }] };
    });
  }

  data(periodId: string): PeriodData {
    const data = this.periods.get(periodId);
    if (data === undefined) throw new Error(`no period ${periodId}`);
    return data;
  }

  semester(periodId: string): Semester {
    const { assignments, students, groups } = this.data(periodId);
    const related = students.map(({ userId }) => ({ userId, related: true }));
    return { assignments: inPeriodOrder(assignments), students: periodResults(assignments, related, groups) };
  }

  path(periodId: string): PeriodPath | null {
    if (!this.periods.has(periodId)) return null;
    const nodes = [
      { nodeId: 'sub', kind: 'subject' },
      { nodeId: 'dept', kind: 'department' },
    ] as const;
    const isOnPath = ({ objectId, objectKind }: (typeof ADMINISTRATORS)[number]): boolean =>
      objectKind === 'node' || objectId === periodId;
    return { periodId, nodes, administrators: ADMINISTRATORS.filter(isOnPath) };
  }

  statusesOf(periodId: string): SavedStatus[] {
    const found = this.statuses.filter((status) => status.periodId === periodId);
    if (this.#newestBy === 'number') return found.sort((one, other) => other.status.seq - one.status.seq);
    const clock = ({ n }: SavedStatus): string => this.createdAt.get(n) ?? '9999';
    return found.sort((one, other) => (clock(one) < clock(other) ? 1 : -1));
  }

  active(periodId: string): SavedStatus | null {
    const found = this.statusesOf(periodId);
    if (this.#newestBy === 'clock') return found[0] ?? null;
    const active = activeStatus(found.map(({ status }) => status));
    return found.find(({ status }) => status === active) ?? null;
  }

  /** As if the latest clock made a status the active one (D12). */
  byClock<Answer>(look: () => Answer): Answer {
    this.#newestBy = 'clock';
    const answer = look();
    this.#newestBy = 'number';
    return answer;
  }

  add(periodId: string, status: QualificationStatus, rows: QualificationRow[]): SavedStatus {
    const saved = { n: this.statuses.length, periodId, status, rows, exported: false };
    this.statuses.push(saved);
    return saved;
  }
}
