import { DEV_ISSUER } from '../../../config/dev-key';
import { University, WALKED_AT } from '../../golden/qualification/university';
import type { ConformanceStack } from '../conformance-stack';
import type { OfficeApi } from './office-api';
import { assignmentLine, groupLine, studentLine, type Telling } from './period-lines';
import { WalkNames } from './walk-names';

/** A status as the walk counts them: by the order of saving, over all periods. */
export interface WalkedStatus {
  n: number;
  periodId: string;
  seq: number;
}

export interface SessionDraft {
  draftId: string;
  periodId: string;
  pluginId: string | null;
  settings: object;
}

const PERIODS = ['p1', 'p2', 'old'];
const SCOPES = 'qualification:read qualification:write attempts:take';

/** Everybody has the same scopes but the superuser; who one is decides. Without an account there is no token. */
const WITHOUT_TOKEN = new Set(['anonymous', 'inactive']);

/** One walk's university in the running system: what platforms told, and what people made of it so far. */
export class WalkStage {
  /** What the platform knows. It decides nothing: all that is compared comes from the running system. */
  readonly university = new University();
  readonly names: WalkNames;
  readonly statuses: WalkedStatus[] = [];
  /** By actor and session. */
  readonly drafts = new Map<string, SessionDraft>();
  /** Periods that have a deadline. */
  readonly tagged = new Set<string>();
  private readonly told: Telling;
  private readonly callers = new Map<string, Promise<OfficeApi>>();

  constructor(
    readonly stack: ConformanceStack,
    token: string,
  ) {
    this.names = new WalkNames(token);
    const shiftMs = Date.now() - WALKED_AT.getTime();
    this.told = {
      id: (id) => this.names.own(id),
      at: (instant) => new Date(instant.getTime() + shiftMs).toISOString(),
    };
  }

  async setUp(): Promise<void> {
    const platform = await this.api('superuser');
    await platform.put(`/nodes/${this.own('dept')}`, { kind: 'department', name: 'Department', language: 'nb' });
    const subject = { kind: 'subject', name: 'Subject', parentId: this.own('dept'), language: 'nb' };
    await platform.put(`/nodes/${this.own('sub')}`, subject);
    for (const periodId of PERIODS) {
      await this.putPeriod(periodId);
      await this.tellPeriod(periodId);
    }
    for (const [object, subjects] of Object.entries(ADMINISTRATORS)) {
      const [kind = '', id = ''] = object.split('/');
      for (const name of subjects) {
        await platform.put(`/${kind}/${this.own(id)}/administrators/${this.own(name)}?issuer=${DEV_ISSUER}`);
      }
    }
  }

  own(id: string): string {
    return this.names.own(id);
  }

  /** The API as somebody of the walk sees it; where a plugin was taken away, at an installation without it. */
  api(actor: string): Promise<OfficeApi> {
    const [without] = this.university.removed.plugins;
    const key = `${actor} ${without ?? ''}`;
    const known = this.callers.get(key);
    if (known !== undefined) return known;
    const admin = actor === 'superuser' ? ' qualification:admin' : '';
    const claims = WITHOUT_TOKEN.has(actor) ? null : { sub: this.own(actor), scope: SCOPES + admin };
    const caller = this.stack.office(claims, without);
    this.callers.set(key, caller);
    return caller;
  }

  /** Tells the system of a period, its end another one where given. */
  async putPeriod(periodId: string, given: { endsAt?: Date; deadlineTagId?: string } = {}): Promise<void> {
    const { startsAt, endsAt } = this.university.data(periodId).period;
    await (
      await this.api('superuser')
    ).put(`/periods/${this.own(periodId)}`, {
      nodeId: this.own('sub'),
      shortName: periodId,
      longName: periodId.toUpperCase(),
      startsAt: this.told.at(startsAt),
      endsAt: (given.endsAt ?? new Date(this.told.at(endsAt))).toISOString(),
      ...(given.deadlineTagId === undefined ? {} : { deadlineTagId: given.deadlineTagId }),
    });
  }

  /** Sends all that the platform knows of a period. */
  async tellPeriod(periodId: string): Promise<void> {
    const { assignments, students, groups } = this.university.data(periodId);
    await this.importLines(periodId, [
      ...assignments.map((one) => assignmentLine(one, this.told)),
      ...students.map(({ userId, fullName }) => studentLine(userId, fullName, this.told)),
      ...groups.map((one) => groupLine(one, this.told)),
    ]);
  }

  /** Sends the groups of one assignment as they are now. */
  async tellGroups(periodId: string, assignmentId: string): Promise<void> {
    const groups = this.university.data(periodId).groups.filter((one) => one.assignmentId === assignmentId);
    await this.importLines(
      periodId,
      groups.map((one) => groupLine(one, this.told)),
    );
  }

  /** Sends lines as they stand there. */
  async importLines(periodId: string, lines: readonly object[]): Promise<void> {
    await (await this.api('superuser')).importLines(this.own(periodId), lines);
  }

  addStatus(periodId: string, seq: number): void {
    this.statuses.push({ n: this.statuses.length, periodId, seq });
  }
}

const ADMINISTRATORS: Record<string, string[]> = {
  'periods/p1': ['periodadmin'],
  'periods/old': ['periodadmin'],
  'periods/p2': ['otheradmin'],
  'nodes/sub': ['subjectadmin'],
  'nodes/dept': ['deptadmin'],
};
