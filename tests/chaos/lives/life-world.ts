import { randomUUID } from 'node:crypto';
import { examAttemptWorkflowId } from '../../../contracts/attempts/messages';
import type { ApiRequest } from '../../../dev/api-client';
import { coursePath, createExam, putCourse } from '../../../dev/course-set-up';
import { softwareSecureReview } from '../../../dev/software-secure';
import { providerName } from '../../support/recorded-providers';
import { ChaosCourse, type ChaosStack } from '../chaos-stack';
import { dice } from '../hands/dice';
import { Operator } from '../hands/operator';
import { playMoves, VERDICTS } from '../play-moves';
import { type Doing, EXAMS, LEARNERS, type Move, VENDORS } from './moves';

interface Row {
  id: string;
  code: string;
  exam_id: number;
  user_id: string;
  number: number;
  external_id: string | null;
  provider: string | null;
}

const PATIENCE_MS = 120_000;

/** The configured name of a vendor. */
function vendorName(at: number): string {
  const { protocol, rules } = VENDORS[at] as (typeof VENDORS)[number];
  return providerName(protocol, rules);
}

/** One course in which everything happens that the platform, vendors, the clock and operators can do. */
export class LifeWorld {
  private constructor(
    private readonly chaos: ChaosStack,
    readonly course: ChaosCourse,
    private readonly userIds: readonly string[],
  ) {}

  static async set(chaos: ChaosStack, vendor: number): Promise<LifeWorld> {
    const courseId = `lives-${randomUUID()}`;
    const proctoringProvider = vendorName(vendor);
    await putCourse(chaos.api, courseId, { proctoringProvider });
    const examIds: number[] = [];
    for (const [at, exam] of EXAMS.entries()) {
      const given = { ...exam, contentId: `content-${at}`, ...(exam.isProctored ? { proctoringProvider } : {}) };
      examIds.push((await createExam(chaos.api, courseId, given)).examId);
    }
    const course = new ChaosCourse(chaos, courseId, examIds);
    const userIds = await Promise.all(Array.from({ length: LEARNERS }, () => course.learner()));
    return new LifeWorld(chaos, course, userIds);
  }

  /** All moves, each as soon as it may. Resolves when every command has its answer; what follows may still be due. */
  play(moves: readonly Move[]): Promise<void> {
    return playMoves(moves, (what) => this.make(what));
  }

  private async make(what: Doing): Promise<void> {
    switch (what.do) {
      case 'create': {
        const body = { userId: this.userIds[what.learner], takingAsProctored: true, start: what.start };
        return this.send({ method: 'POST', path: `/exams/${this.course.examIds[what.exam]}/attempts`, body });
      }
      case 'allow':
        return this.allow(what);
      case 'publish':
        return this.publish(what);
      case 'pass':
        return this.course.passes(what.minutes * 60_000);
      case 'hand':
        return this.press(what.seed);
      default:
        return this.toAttempt(what);
    }
  }

  private allow({ learner, exam, minutes, running }: Extract<Doing, { do: 'allow' }>): Promise<void> {
    const path = `/exams/${this.course.examIds[exam]}/allowances/${this.userIds[learner]}/additional_time_granted`;
    return this.send({ method: 'PUT', path, body: { value: String(minutes), applyToRunning: running } });
  }

  /** The proctored exams get the vendor, and one of the exams may be gone. */
  private publish({ vendor, vanished, limit: timeLimitMins }: Extract<Doing, { do: 'publish' }>): Promise<void> {
    const exams = EXAMS.map((exam, at) => ({
      ...exam,
      contentId: `content-${at}`,
      examName: 'An exam',
      timeLimitMins,
    }));
    const body = {
      enableProctoredExams: true,
      enableTimedExams: true,
      proctoringProvider: vendorName(vendor),
      exams: exams.filter((_, at) => at !== vanished),
    };
    return this.send({ method: 'PUT', path: `${coursePath(this.course.courseId)}/special-exams`, body });
  }

  private async press(seed: number): Promise<void> {
    const ids = (await this.rows()).map(({ exam_id: examId, user_id: userId, number: attemptNumber }) =>
      examAttemptWorkflowId({ examId, userId, attemptNumber }),
    );
    if (ids.length > 0) await new Operator(this.chaos.gateway.client, dice(seed)).press(ids);
  }

  private async toAttempt(what: Extract<Doing, { pick: number }>): Promise<void> {
    const rows = await this.rows();
    const row = rows[what.pick % Math.max(1, rows.length)];
    if (!row) return;
    const path = `/attempts/${row.code}`;
    if (what.do === 'change') return this.send({ method: 'PATCH', path, body: { status: what.to } });
    if (what.do === 'remove') return this.send({ method: 'DELETE', path });
    if (what.do === 'act') return this.send({ method: 'POST', path: `${path}/actions`, body: { action: what.action } });
    return this.review(row, what.verdict);
  }

  /** By the vendor that registered the attempt, whoever has the exam by now. */
  private async review({ code, external_id: externalId, provider }: Row, verdict: number): Promise<void> {
    if (externalId === null || provider === null) return;
    const [words, word] = VERDICTS[verdict] ?? VERDICTS[0];
    const address = `/providers/${encodeURIComponent(provider)}`;
    const videoReviewLink = `https://video.example/${randomUUID()}`;
    if (provider.startsWith('rest')) {
      const body = { status: word, comments: [], note: randomUUID() };
      return this.send({ method: 'POST', path: `${address}/attempts/${externalId}/reviewed`, body });
    }
    const body = softwareSecureReview({ code, externalId }, { reviewStatus: words, videoReviewLink });
    return this.send({ method: 'POST', path: `${address}/reviews`, body });
  }

  private rows(): Promise<Row[]> {
    const table = this.chaos.knex<Row & { course_id: string; created_at: Date }>('attempts');
    return table.where({ course_id: this.course.courseId }).orderBy(['created_at', 'id']);
  }

  /** A refusal is an outcome like any other. */
  private async send(request: ApiRequest): Promise<void> {
    await this.chaos.api.untilDecided({ key: randomUUID(), ...request }, PATIENCE_MS);
  }
}
