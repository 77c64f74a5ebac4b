import { randomUUID } from 'node:crypto';
import { signDevToken } from '../../../config/dev-key';
import { type ApiAnswer, ApiClient, type ApiRequest } from '../../../dev/api-client';
import { createExam, putCourse } from '../../../dev/course-set-up';
import { softwareSecureReview } from '../../../dev/software-secure';
import { classic, current } from '../../../domain/attempts/rule-sets';
import { providerName } from '../../support/recorded-providers';
import { type ChaosStack, ChaosCourse } from '../chaos-stack';
import { playMoves, VERDICTS } from '../play-moves';
import { type Doing, EXAMS, type Game, LEARNERS, type Move } from './moves';

/** A command that was given, who gave it, and what came of it. */
export interface Given {
  request: ApiRequest & { key: string };
  api: ApiClient;
  answer: ApiAnswer;
}

interface Row {
  code: string;
  exam_id: number;
  user_id: string;
  external_id: string | null;
}

/** One course of a property test: its exams and learners, and all commands sent so far. */
export class PropertyWorld {
  readonly given: Given[] = [];
  private readonly requests: Omit<Given, 'answer'>[] = [];
  private published = 0;

  private constructor(
    private readonly chaos: ChaosStack,
    readonly course: ChaosCourse,
    readonly userIds: readonly string[],
    private readonly callers: { learners: readonly ApiClient[]; vendor: ApiClient },
    private readonly provider: (protocol: string) => string,
  ) {}

  static async set(chaos: ChaosStack, ruleSet: Game['ruleSet']): Promise<PropertyWorld> {
    const provider = (protocol: string): string => providerName(protocol, ruleSet === 'classic' ? classic : current);
    const courseId = `game-${randomUUID()}`;
    await putCourse(chaos.api, courseId, { proctoringProvider: provider('software_secure') });
    const examIds: number[] = [];
    for (const { protocol, ...exam } of contents(60)) {
      const made = await createExam(chaos.api, courseId, { ...exam, proctoringProvider: provider(protocol) });
      examIds.push(made.examId);
    }
    const course = new ChaosCourse(chaos, courseId, examIds);
    const userIds = await Promise.all(Array.from({ length: LEARNERS }, () => course.learner()));
    const caller = async (sub: string, scope: string): Promise<ApiClient> =>
      new ApiClient(chaos.stack.urls.api, await signDevToken(chaos.stack.devKeyFile, { sub, scope }));
    const learners = await Promise.all(userIds.map((userId) => caller(userId, 'attempts:take')));
    const vendor = await caller('vendor', 'callbacks');
    return new PropertyWorld(chaos, course, userIds, { learners, vendor }, provider);
  }

  /** All moves, each as soon as it may. Resolves when every command has its answer; effects may still be due. */
  play(moves: readonly Move[]): Promise<void> {
    return playMoves(moves, (what) => this.make(what));
  }

  private async make(what: Doing): Promise<void> {
    switch (what.do) {
      case 'create':
        return this.create(what);
      case 'publish':
        return this.publish(what);
      case 'pass':
        return this.course.passes(what.minutes * 60_000);
      case 'repeat': {
        const former = this.requests[what.pick % Math.max(1, this.requests.length)];
        return former && this.give(former);
      }
      default:
        return this.toAttempt(what);
    }
  }

  private create({ learner, exam, byLearner, do: _, ...wanted }: Extract<Doing, { do: 'create' }>): Promise<void> {
    const userId = this.userIds[learner] as string;
    const path = `/exams/${this.course.examIds[exam] as number}/attempts`;
    return this.command({ method: 'POST', path, body: { userId, ...wanted } }, byLearner ? userId : undefined);
  }

  /** The same course with one exam gone and another limit; the next publish brings the exam back. */
  private publish({ vanished, limit }: Extract<Doing, { do: 'publish' }>): Promise<void> {
    this.published += 1;
    const exams = contents(limit).filter((_, at) => at !== vanished || this.published % 2 === 0);
    const body = {
      enableProctoredExams: true,
      enableTimedExams: true,
      exams: exams.map(({ protocol: _, ...one }) => one),
    };
    const path = `/courses/${this.course.courseId}/special-exams`;
    return this.chaos.api.done({ method: 'PUT', path, body });
  }

  private async toAttempt(what: Extract<Doing, { pick: number }>): Promise<void> {
    const rows = await this.chaos
      .knex<Row & { course_id: string; created_at: Date; id: string }>('attempts')
      .where({ course_id: this.course.courseId })
      .orderBy(['created_at', 'id']);
    const row = rows[what.pick % Math.max(1, rows.length)];
    if (!row) return;
    const path = `/attempts/${row.code}`;
    if (what.do === 'change') return this.command({ method: 'PATCH', path, body: { status: what.to } });
    if (what.do === 'remove') return this.command({ method: 'DELETE', path });
    if (what.do === 'act') {
      const body = { action: what.action };
      return this.command({ method: 'POST', path: `${path}/actions`, body }, what.byLearner ? row.user_id : undefined);
    }
    return this.callBack(what, row);
  }

  /** Callbacks carry no key, so each has content of its own that tells it from the others. */
  private async callBack(what: Doing, { code, exam_id: examId, external_id: externalId }: Row): Promise<void> {
    if (externalId === null) return;
    const protocol = EXAMS[this.course.examIds.indexOf(examId)]?.protocol ?? 'rest';
    const isRest = protocol === 'rest';
    const provider = `/providers/${encodeURIComponent(this.provider(protocol))}`;
    const attempt = `${provider}/attempts/${encodeURIComponent(externalId)}`;
    const [words, word] = VERDICTS[what.do === 'review' ? what.verdict : 0] ?? VERDICTS[0];
    const { vendor } = this.callers;
    if (what.do === 'ready') {
      if (isRest) await vendor.untilDecided({ method: 'POST', path: `${attempt}/ready`, body: { status: 'ready' } });
    } else if (isRest) {
      const body = { status: word, comments: [], note: randomUUID() };
      await vendor.untilDecided({ method: 'POST', path: `${attempt}/reviewed`, body });
    } else {
      const videoReviewLink = `https://video.example/${randomUUID()}`;
      const body = softwareSecureReview({ code, externalId }, { reviewStatus: words, videoReviewLink });
      await vendor.untilDecided({ method: 'POST', path: `${provider}/reviews`, body });
    }
  }

  /** `userId`: the learner asks; otherwise the platform does. */
  private async command(request: ApiRequest, userId?: string): Promise<void> {
    const caller = userId === undefined ? undefined : this.callers.learners[this.userIds.indexOf(userId)];
    const sent = { request: { ...request, key: randomUUID() }, api: caller ?? this.chaos.api };
    this.requests.push(sent);
    await this.give(sent);
  }

  private async give(sent: Omit<Given, 'answer'>): Promise<void> {
    const answer = await sent.api.untilDecided(sent.request);
    this.given.push({ ...sent, answer });
  }
}

function contents(
  timeLimitMins: number,
): {
  contentId: string;
  examName: string;
  timeLimitMins: number;
  protocol: string;
  isProctored: boolean;
  isPracticeExam: boolean;
}[] {
  return EXAMS.map((exam, at) => ({ contentId: `content-${at + 1}`, examName: 'An exam', timeLimitMins, ...exam }));
}
