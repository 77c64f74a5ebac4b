import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { CourseModel, ExamModel, LearnerModel } from '../../db/core/models';
import type { Attempt, Exam } from '../../domain/attempts/model';
import type { InitialState } from '../golden/initial';
import { examIdOf, GOLDEN_PROVIDERS } from '../golden/rows';
import { AttemptModel } from './attempt-model';
import type { RecordedNames } from './outside-views';
import type { AnswerScope } from './outside-world';

interface ArchiveRow {
  id: string;
  attempt_id: string;
  course_id: string;
  status: string;
}

/** How a case's rows are called in the running system; each case has a course and learners of its own. */
export interface CaseNames {
  /** Unique per case, and part of every id that is sent to outside services. */
  token: string;
  now: Date;
  /** Configured provider of a recorded one. */
  provider: (backend: string) => string;
  /** Learners beside `u1` and the owners of initial attempts. */
  learners?: readonly string[];
}

/** The rows of one case in the running system's database, and their recorded names. */
export class CaseCourse {
  readonly courseId: string;
  protected readonly examIds = new Map<string, number>();
  private readonly attemptNames = new Map<string, string>();
  private readonly codes = new Map<string, string>();
  /** Recorded external ids by the random ones that the simulator gave. */
  private readonly externalIds = new Map<string, string>();

  constructor(
    protected readonly knex: Knex,
    protected readonly names: CaseNames,
    private readonly initial: InitialState,
  ) {
    this.courseId = `course-v1:Oracle+${names.token}+2026`;
  }

  /** Stores the initial rows as they were recorded; no workflow runs for them yet. */
  async store(): Promise<void> {
    await this.knex.transaction(async (trx) => {
      await CourseModel.query(trx).insert({
        courseId: this.courseId,
        name: 'Oracle Course',
        proctoringProvider: this.names.provider('software_secure'),
        clockFrozenAt: this.names.now,
      });
      const owners = this.initial.attempts.map(({ userId }) => userId);
      const users = [...new Set(['u1', ...(this.names.learners ?? []), ...owners])];
      await LearnerModel.query(trx).insert(users.map((user) => this.learnerRow(user)));
      const exams = await ExamModel.query(trx).insert(this.initial.exams.map((exam) => this.examRow(exam)));
      exams.forEach(({ id, contentId }) => this.examIds.set(contentId.replace('block-', ''), id));
      if (this.initial.attempts.length === 0) return;
      await AttemptModel.query(trx).insert(this.initial.attempts.map((attempt) => this.attemptRow(attempt)));
    });
  }

  /** Live attempts under their recorded names; new ones are named in the order of their exams. */
  async attempts(): Promise<Attempt[]> {
    const rows = await AttemptModel.query(this.knex).where('course_id', this.courseId).orderBy(['exam_id', 'number']);
    const named = rows.map((row) => this.asRecorded(row));
    return named.sort((one, other) => examIdOf(one.id) - examIdOf(other.id));
  }

  /** Archived statuses per attempt, oldest first. */
  async archive(): Promise<{ id: number; attempt: string; status: string }[]> {
    const rows = await this.knex<ArchiveRow>('attempt_archive')
      .select('id', 'attempt_id', 'status')
      .where('course_id', this.courseId)
      .orderBy('id');
    return rows.map((row) => ({ id: Number(row.id), attempt: this.nameOf(row.attempt_id), status: row.status }));
  }

  codeOf(attempt: string): string {
    return this.codes.get(attempt) ?? randomUUID().toUpperCase();
  }

  examId(label: string): number {
    const id = this.examIds.get(label);
    if (id === undefined) throw new Error(`The case has no exam ${label}.`);
    return id;
  }

  examLabel(id: number): string | undefined {
    return [...this.examIds].find(([, examId]) => examId === id)?.[0];
  }

  userId(user: string): string {
    return `${user}-${this.names.token}`;
  }

  get answerScope(): AnswerScope {
    const atProviders = this.initial.attempts.flatMap(({ provider, externalId }) => {
      if (externalId === null) return [];
      return [{ provider: this.ownerOf(provider), externalId: this.mark(externalId) }];
    });
    return { courseId: this.courseId, atProviders };
  }

  /** An id of the running system as recorded: under the name the recorded provider gave, or without the case's mark. */
  unmarked<T extends string | null>(id: T): T {
    if (id === null) return id;
    return (this.externalIds.get(id) ?? id.replace(`-${this.names.token}`, '')) as T;
  }

  /** The running system's external id of a recorded one, found without case; what no provider ever gave stays as it is. */
  externalIdOf(recorded: string): string {
    const isMeant = (id: string | null): boolean => id?.toLowerCase() === recorded.toLowerCase();
    const initial = this.initial.attempts.find(({ externalId }) => isMeant(externalId))?.externalId;
    if (initial != null) return this.mark(initial);
    return [...this.externalIds].find(([, name]) => isMeant(name))?.[0] ?? recorded;
  }

  get recordedNames(): RecordedNames {
    const { token } = this.names;
    const { courseId } = this;
    return { token, courseId, unmarked: (id) => this.unmarked(id), examLabel: (id) => this.examLabel(id) };
  }

  /** The exams' own ids. */
  get examNumbers(): number[] {
    return [...this.examIds.values()];
  }

  /**
   * Who calls back about an exam: the provider that registered its attempt, else the exam's as it was in the beginning, else the
   * usual one.
   */
  callerAbout(label: string): string {
    const { exams, attempts } = this.initial;
    const exam = exams.find(({ id }) => `e${id}` === label);
    const attempt = attempts.find(({ examId }) => examId === exam?.id);
    return this.ownerOf(attempt?.provider ?? exam?.provider ?? null);
  }

  /** Attempts without one follow the course's. */
  private ownerOf(recorded: string | null): string {
    return this.names.provider(recorded ?? 'software_secure');
  }

  private mark(id: string): string {
    return `${id}-${this.names.token}`;
  }

  private learnerRow(user: string): Partial<LearnerModel> {
    const userId = this.userId(user);
    return { userId, username: userId, email: `${userId}@example.org`, fullName: `Learner ${user}`, active: true };
  }

  private examRow({
    id: _id,
    effectiveProvider: _provider,
    policy: _policy,
    provider,
    ...exam
  }: Exam): Partial<ExamModel> {
    return {
      ...exam,
      courseId: this.courseId,
      isOnboardingExam: exam.isPracticeExam && (GOLDEN_PROVIDERS[provider ?? '']?.supportsOnboarding ?? false),
      provider: provider && this.names.provider(provider),
    };
  }

  /** Confirmed, so that the relay does not wake a workflow for it while the case runs. */
  private attemptRow({ id: name, ...attempt }: Attempt): Partial<AttemptModel> {
    const [id, code] = [randomUUID(), randomUUID().toUpperCase()];
    this.attemptNames.set(id, name);
    this.codes.set(name, code);
    const { courseId } = this;
    return {
      ...attempt,
      id,
      code,
      courseId,
      confirmedVersion: attempt.version,
      studentName: `Learner ${attempt.userId}`,
      userId: this.userId(attempt.userId),
      examId: this.examId(`e${attempt.examId}`),
      externalId: attempt.externalId === null ? null : this.mark(attempt.externalId),
      provider: this.ownerOf(attempt.provider),
    };
  }

  private asRecorded(row: AttemptModel): Attempt {
    const id = this.nameOf(row.id);
    this.codes.set(id, row.code);
    return {
      ...row,
      id,
      code: `CODE-${id.toUpperCase()}`,
      examId: examIdOf(this.examLabel(row.examId) ?? 'e0'),
      userId: this.unmarked(row.userId),
      externalId: this.recordedExternalId(row.externalId, id),
    };
  }

  /** Ids that the simulator gave are random; the recorded provider named its ids after the attempts. */
  private recordedExternalId(externalId: string | null, attempt: string): string | null {
    const wasThere = this.initial.attempts.some(({ id }) => id === attempt);
    if (externalId !== null && !wasThere) this.externalIds.set(externalId, `ext-${attempt}`);
    return this.unmarked(externalId);
  }

  protected nameOf(attemptId: string): string {
    const known = this.attemptNames.get(attemptId);
    if (known !== undefined) return known;
    const name = `a${this.attemptNames.size + 1}`;
    this.attemptNames.set(attemptId, name);
    return name;
  }
}
