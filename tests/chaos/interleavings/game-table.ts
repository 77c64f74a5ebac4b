import { randomUUID } from 'node:crypto';
import { signDevToken } from '../../../dev/dev-key';
import { classic, current } from '../../../domain/attempts/rule-sets';
import { providerName } from '../../conformance/configurations';
import { type Arena, Course } from '../arena';
import { type Answer, Caller, type Request } from '../caller';
import { type Doing, EXAMS, type Game, LEARNERS, type Move } from './moves';

/** A command that was given, who gave it, and what came of it. */
export interface Given {
  request: Request & { key: string };
  caller: Caller;
  answer: Answer;
}

interface Row {
  code: string;
  exam_id: number;
  user_id: string;
  external_id: string | null;
}

const VERDICTS = [
  ['Clean', 'passed'],
  ['Rules Violation', 'violation'],
  ['Suspicious', 'suspicious'],
  ['Not Reviewed', 'not_reviewed'],
] as const;

/** One course on which a game is played: its exams and learners, and everything that was asked so far. */
export class GameTable {
  readonly given: Given[] = [];
  private readonly asked: Omit<Given, 'answer'>[] = [];
  private published = 0;

  private constructor(
    private readonly arena: Arena,
    readonly course: Course,
    readonly userIds: readonly string[],
    private readonly callers: { learners: readonly Caller[]; vendor: Caller },
    private readonly provider: (channel: string) => string,
  ) {}

  static async set(arena: Arena, ruleSet: Game['ruleSet']): Promise<GameTable> {
    const provider = (channel: string): string => providerName(channel, ruleSet === 'classic' ? classic : current);
    const courseId = `game-${randomUUID()}`;
    const body = { name: 'A course', proctoringProvider: provider('software_secure') };
    await arena.caller.done({ method: 'PUT', path: `/v1/courses/${courseId}`, body });
    const examIds: number[] = [];
    for (const exam of contents(60)) {
      const { channel, ...fields } = exam;
      const made = { ...fields, courseId, proctoringProvider: provider(channel) };
      const request = { method: 'POST', path: '/v1/exams', body: made } as const;
      examIds.push((await arena.caller.done<{ examId: number }>(request)).examId);
    }
    const course = new Course(arena, courseId, examIds);
    const userIds = await Promise.all(Array.from({ length: LEARNERS }, () => course.learner()));
    const caller = async (sub: string, scope: string): Promise<Caller> =>
      new Caller(arena.stack.urls.api, await signDevToken(arena.stack.devKeyFile, { sub, scope }));
    const learners = await Promise.all(userIds.map((userId) => caller(userId, 'attempts:take')));
    const vendor = await caller('vendor', 'callbacks');
    return new GameTable(arena, course, userIds, { learners, vendor }, provider);
  }

  /** All moves, each as soon as it may. Resolves when every command has its answer; effects may still be due. */
  async play(moves: readonly Move[]): Promise<void> {
    let open: Promise<void>[] = [];
    for (const { what, together } of moves) {
      if (!together) {
        await Promise.all(open);
        open = [];
      }
      open.push(this.make(what));
    }
    await Promise.all(open);
  }

  private async make(what: Doing): Promise<void> {
    switch (what.do) {
      case 'create':
        return this.create(what);
      case 'publish':
        return this.publish(what);
      case 'pass': {
        const path = `/v1/courses/${this.course.courseId}/clock`;
        const body = { advanceMs: what.minutes * 60_000 };
        return this.arena.caller.done({ method: 'PUT', path, body });
      }
      case 'repeat': {
        const former = this.asked[what.pick % Math.max(1, this.asked.length)];
        return former && this.give(former);
      }
      default:
        return this.toAttempt(what);
    }
  }

  private create({ learner, exam, byLearner, do: _, ...wanted }: Extract<Doing, { do: 'create' }>): Promise<void> {
    const userId = this.userIds[learner] as string;
    const path = `/v1/exams/${this.course.examIds[exam] as number}/attempts`;
    return this.command({ method: 'POST', path, body: { userId, ...wanted } }, byLearner ? userId : undefined);
  }

  /** The same course with one exam gone and another limit; the next publish brings the exam back. */
  private publish({ vanished, limit }: Extract<Doing, { do: 'publish' }>): Promise<void> {
    this.published += 1;
    const exams = contents(limit).filter((_, at) => at !== vanished || this.published % 2 === 0);
    const body = {
      enableProctoredExams: true,
      enableTimedExams: true,
      exams: exams.map(({ channel: _, ...one }) => one),
    };
    const path = `/v1/courses/${this.course.courseId}/special-exams`;
    return this.arena.caller.done({ method: 'PUT', path, body });
  }

  private async toAttempt(what: Extract<Doing, { pick: number }>): Promise<void> {
    const rows = await this.arena
      .knex<Row & { course_id: string; created_at: Date; id: string }>('attempts')
      .where({ course_id: this.course.courseId })
      .orderBy(['created_at', 'id']);
    const row = rows[what.pick % Math.max(1, rows.length)];
    if (!row) return;
    const path = `/v1/attempts/${row.code}`;
    if (what.do === 'change') return this.command({ method: 'PATCH', path, body: { status: what.to } });
    if (what.do === 'remove') return this.command({ method: 'DELETE', path });
    if (what.do === 'act') {
      const body = { action: what.action };
      return this.command({ method: 'POST', path: `${path}/actions`, body }, what.byLearner ? row.user_id : undefined);
    }
    return this.callBack(what, row);
  }

  /** Callbacks carry no key: the vendor's own words tell one from another. */
  private async callBack(what: Doing, { code, exam_id: examId, external_id: externalId }: Row): Promise<void> {
    if (externalId === null) return;
    const channel = EXAMS[this.course.examIds.indexOf(examId)]?.channel ?? 'rest';
    const isRest = channel === 'rest';
    const provider = `/v1/providers/${encodeURIComponent(this.provider(channel))}`;
    const attempt = `${provider}/attempts/${encodeURIComponent(externalId)}`;
    const [words, word] = VERDICTS[what.do === 'review' ? what.verdict : 0] ?? VERDICTS[0];
    const { vendor } = this.callers;
    if (what.do === 'ready') {
      if (isRest) await vendor.insist({ method: 'POST', path: `${attempt}/ready`, body: { status: 'ready' } });
    } else if (isRest) {
      const body = { status: word, comments: [], note: randomUUID() };
      await vendor.insist({ method: 'POST', path: `${attempt}/reviewed`, body });
    } else {
      const examMetaData = { examCode: code, ssiRecordLocator: externalId };
      const body = { examMetaData, reviewStatus: words, videoReviewLink: `https://video.example/${randomUUID()}` };
      await vendor.insist({ method: 'POST', path: `${provider}/reviews`, body });
    }
  }

  /** `userId`: the learner asks; otherwise the platform does. */
  private async command(request: Request, userId?: string): Promise<void> {
    const caller = userId === undefined ? undefined : this.callers.learners[this.userIds.indexOf(userId)];
    const asked = { request: { ...request, key: randomUUID() }, caller: caller ?? this.arena.caller };
    this.asked.push(asked);
    await this.give(asked);
  }

  private async give(asked: Omit<Given, 'answer'>): Promise<void> {
    const answer = await asked.caller.insist(asked.request);
    this.given.push({ ...asked, answer });
  }
}

function contents(timeLimitMins: number): {
  contentId: string;
  examName: string;
  timeLimitMins: number;
  channel: string;
  isProctored: boolean;
  isPracticeExam: boolean;
}[] {
  return EXAMS.map((exam, at) => ({ contentId: `content-${at + 1}`, examName: 'An exam', timeLimitMins, ...exam }));
}
