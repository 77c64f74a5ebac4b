import { DEV_ISSUER } from '../../config/dev-key';
import type { ApiAnswer } from '../../dev/api-client';
import type { ApiFixture, TokenCaller } from './api-fixture';

/** The machine that tells us about semesters. */
export const PLATFORM: TokenCaller = { sub: 'platform', scope: 'qualification:admin' };

const ALL = 'qualification:read qualification:write attempts:take';

/** A person whose identity alone decides what is allowed. */
export function person(sub: string): TokenCaller {
  return { sub, scope: ALL };
}

export const ANNE = person('anne');
export const SUBJECT_ADMIN = person('subject-admin');
export const DEPARTMENT_ADMIN = person('department-admin');
export const STRANGER = person('stranger');

const NOW = Date.now();
const DAY_MS = 86_400_000;

/** So many days from now, ISO 8601. */
export function inDays(days: number): string {
  return new Date(NOW + days * DAY_MS).toISOString();
}

export interface GroupLine {
  groupId: number;
  assignmentId: string;
  members: string[];
  points?: number;
  isPassing?: boolean;
  isOpen?: boolean;
}

export function assignmentLine(assignmentId: string, order = 0): object {
  return {
    kind: 'assignment',
    assignmentId,
    shortName: assignmentId,
    longName: `Assignment ${assignmentId}`,
    publishedAt: inDays(order - 60),
    maxPoints: 100,
    passingPoints: 50,
  };
}

export function studentLine(userId: string, names: object = {}): object {
  return { kind: 'student', userId, ...names };
}

/** A group with one deadline, and one feedback where there are points. */
export function groupLine({ groupId, assignmentId, members, points, isPassing, isOpen = false }: GroupLine): object {
  const feedback = {
    feedbackId: `${groupId}`,
    points,
    grade: `${points}`,
    isPassing: isPassing ?? (points ?? 0) >= 50,
  };
  return {
    kind: 'group',
    groupId,
    assignmentId,
    members,
    isOpen,
    deadlines: [
      { deadlineAt: inDays(-20), feedback: points === undefined ? [] : [{ ...feedback, savedAt: inDays(-10) }] },
    ],
  };
}

/** Two departments with a subject and periods each, as a platform sends them; `spring` is Anne's. */
export class SemesterFixture {
  constructor(readonly api: ApiFixture) {}

  async putTree(): Promise<void> {
    await this.put('/v1/nodes/science', { kind: 'department', name: 'Science' });
    await this.put('/v1/nodes/maths', { kind: 'subject', name: 'Maths', parentId: 'science', language: 'en' });
    await this.put('/v1/nodes/arts', { kind: 'department', name: 'Arts' });
    await this.put('/v1/nodes/music', { kind: 'subject', name: 'Music', parentId: 'arts', language: 'nb' });
    await this.putPeriod('spring', 'maths');
    await this.putPeriod('autumn', 'maths');
    await this.putPeriod('concerts', 'music');
    await this.list('periods/spring', 'anne');
    await this.list('nodes/maths', 'subject-admin');
    await this.list('nodes/science', 'department-admin');
  }

  async putPeriod(periodId: string, nodeId: string, dates: object = {}): Promise<void> {
    const names = { shortName: periodId, longName: `The ${periodId} semester` };
    await this.put(`/v1/periods/${periodId}`, {
      nodeId,
      ...names,
      startsAt: inDays(-90),
      endsAt: inDays(30),
      ...dates,
    });
  }

  async list(object: string, subject: string): Promise<void> {
    await this.put(`/v1/${object}/administrators/${subject}?issuer=${DEV_ISSUER}`, undefined);
  }

  /** Three students on two assignments; ada passes both, bo fails the second, cy has no second result. */
  async importSmall(periodId = 'spring'): Promise<void> {
    const answer = await this.import(periodId, [
      assignmentLine('a1', 1),
      assignmentLine('a2', 2),
      studentLine('ada', { username: 'ada', email: 'ada@example.org', fullName: 'Ada Berg' }),
      studentLine('bo', { username: 'bo', email: 'bo@example.org', fullName: '=Bo, "the <b>bold</b>"' }),
      studentLine('cy'),
      ...['ada', 'bo', 'cy'].map((id, at) =>
        groupLine({ groupId: at + 1, assignmentId: 'a1', members: [id], points: 80 }),
      ),
      groupLine({ groupId: 11, assignmentId: 'a2', members: ['ada'], points: 60 }),
      groupLine({ groupId: 12, assignmentId: 'a2', members: ['bo'], points: 40 }),
    ]);
    if (answer.body['rejected'] !== 0) throw new Error(JSON.stringify(answer.body));
  }

  async import(periodId: string, lines: readonly (object | string)[], query = ''): Promise<ApiAnswer> {
    const payload = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const authorization = `Bearer ${await this.api.token(PLATFORM)}`;
    const headers = { authorization, 'content-type': 'application/x-ndjson' };
    return this.api.send({ method: 'POST', url: `/v1/periods/${periodId}/import${query}`, headers, payload });
  }

  /** A draft of Anne's. */
  async draft(choice: object, periodId = 'spring', caller: TokenCaller = ANNE): Promise<ApiAnswer> {
    return this.api.call(caller, 'POST', `/v1/periods/${periodId}/qualification/drafts`, choice);
  }

  async save(
    draftId: unknown,
    body: object,
    { caller = ANNE, periodId = 'spring', key }: SaveOptions = {},
  ): Promise<ApiAnswer> {
    const url = `/v1/periods/${periodId}/qualification/drafts/${String(draftId)}/save`;
    return this.api.call(caller, 'POST', url, body, key);
  }

  /** A draft by all assignments, saved as ready. */
  async saveReady(periodId = 'spring', caller: TokenCaller = ANNE): Promise<ApiAnswer> {
    const draft = await this.draft({ plugin: 'approved.all' }, periodId, caller);
    return this.save(draft.body['draftId'], { status: 'ready', acceptNewerStatus: true }, { caller, periodId });
  }

  async get(url: string, caller: TokenCaller = ANNE): Promise<ApiAnswer> {
    return this.api.call(caller, 'GET', `/v1${url}`);
  }

  private async put(url: string, body: object | undefined): Promise<void> {
    const answer = await this.api.call(PLATFORM, 'PUT', url, body);
    if (answer.status !== 200) throw new Error(`${url}: ${JSON.stringify(answer.body)}`);
  }
}

interface SaveOptions {
  caller?: TokenCaller;
  periodId?: string;
  key?: string;
}
