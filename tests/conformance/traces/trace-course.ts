import type { Knex } from 'knex';
import { examsOfCourse } from '../../../db/courses/exams';
import type { Attempt, Exam } from '../../../domain/attempts/model';
import type { GoldenRow } from '../../golden/cases';
import { GOLDEN_PROVIDERS, goldenExam } from '../../golden/rows';
import type { GoldenTrace, TraceFile } from '../../golden/traces';
import { backendOf, providerName } from '../../support/recorded-providers';
import { CaseCourse } from '../case-course';
import { isClassic, rulesOfTrace } from './trace-rules';

/** Everybody the operations of a trace are about. */
export function learnersOf({ steps }: GoldenTrace): string[] {
  const named = steps.flatMap(({ op }) => [op.user, op.by]).filter((user) => user !== undefined);
  return [...new Set(['u1', ...named.filter((user) => /^u\d+$/.test(user))])];
}

interface LabelRow {
  id: number;
  content_id: string;
  provider: string | null;
}

/** A course of its own for one trace, with the recorded names of all that happens in it. */
export class TraceCourse extends CaseCourse {
  /** Attempts whose exam had a review policy when they were made; seen once, right after. */
  private readonly madeWithPolicy = new Map<string, boolean>();
  private readonly backends = new Map<string, string>();
  private readonly latest = new Map<string, Attempt>();
  private live: Attempt[] = [];
  readonly isClassic: boolean;

  constructor(knex: Knex, token: string, { file, one }: { file: TraceFile; one: GoldenTrace }) {
    const rules = rulesOfTrace(file, one);
    const exams = Object.entries(one.exams).map(([label, { kind: name, time_limit_mins, due_date }]) => {
      const kind = file.kinds[name];
      if (!kind) throw new Error(`unknown exam kind ${name}`);
      const dueDate = due_date === null ? null : new Date(due_date);
      const exam = goldenExam(label, kind, { timeLimitMins: time_limit_mins, dueDate });
      return { ...exam, provider: kind.backend in GOLDEN_PROVIDERS ? kind.backend : null };
    });
    const provider = (backend: string): string => providerName(backend, rules);
    super(knex, { token, now: new Date(file.now), provider, learners: learnersOf(one) }, { exams, attempts: [] });
    this.isClassic = isClassic(file);
  }

  /** Names new exams and attempts, those on `firstOn` before those a cascade made; to be called after every operation. */
  async look(firstOn?: string): Promise<Attempt[]> {
    await this.nameExams();
    if (firstOn !== undefined) await this.nameAttemptsOn(firstOn);
    const attempts = await this.attempts();
    const policies = await this.policies();
    for (const { id, examId } of attempts) {
      if (!this.madeWithPolicy.has(id)) this.madeWithPolicy.set(id, policies[`e${examId}`] !== undefined);
    }
    for (const attempt of attempts) this.latest.set(attempt.id, attempt);
    this.live = attempts;
    return attempts;
  }

  hadPolicy(attempt: string): boolean {
    return this.madeWithPolicy.get(attempt) ?? false;
  }

  /** The learner's newest live attempt on an exam. */
  newestOf(user: string, exam: string): string | undefined {
    const own = this.live.filter(({ userId, examId }) => userId === user && `e${examId}` === exam);
    return own.toSorted((one, other) => other.number - one.number)[0]?.id;
  }

  /** As it was when last seen, removed or not. */
  lastSeen(attempt: string): Attempt | undefined {
    return this.latest.get(attempt);
  }

  provider(backend: string): string {
    return this.names.provider(backend);
  }

  /** The provider an attempt belongs to; of one that has none, its exam's, whether it is proctored just now or not. */
  providerOf(attempt: string | undefined): string {
    const seen = attempt === undefined ? undefined : this.lastSeen(attempt);
    if (seen?.provider) return seen.provider;
    const examId = seen?.examId;
    return this.provider(this.backends.get(`e${examId}`) ?? 'software_secure');
  }

  /** The exams as the rules see them, by label. */
  async examsNow(): Promise<Map<string, Exam>> {
    const exams = await examsOfCourse(this.knex, this.courseId);
    return new Map(exams.map((exam) => [exam.contentId.replace('block-', ''), exam]));
  }

  async exams(): Promise<Record<string, GoldenRow>> {
    const rows = await this.knex<LabelRow & GoldenRow>('exams').where('course_id', this.courseId).orderBy('id');
    return Object.fromEntries(rows.map((row) => [row.content_id.replace('block-', ''), examView(row)]));
  }

  async policies(): Promise<Record<string, GoldenRow>> {
    const rows = await this.knex('review_policies')
      .whereIn('exam_id', [...this.examIds.values()])
      .orderBy('exam_id');
    return Object.fromEntries(
      (rows as { exam_id: number; policy: string; edited_by: string | null }[]).map((row) => [
        this.examLabel(row.exam_id) ?? '?',
        { review_policy: row.policy, set_by: row.edited_by },
      ]),
    );
  }

  async policyHistoryRows(): Promise<number> {
    const { rows } = await this.knex.raw<{ rows: { count: string }[] }>(
      'select count(*) from review_policy_history where exam_id = any(?)',
      [this.examNumbers],
    );
    return Number(rows[0]?.count);
  }

  /** The recorded name of an attempt known by its own id. */
  attemptName(id: string): string {
    return this.nameOf(id);
  }

  private async nameAttemptsOn(exam: string): Promise<void> {
    const rows = await this.knex<{ id: string; exam_id: number; number: number }>('attempts')
      .where('exam_id', this.examId(exam))
      .orderBy('number');
    for (const { id } of rows) this.nameOf(id);
  }

  private async nameExams(): Promise<void> {
    const rows = await this.knex<LabelRow>('exams').where('course_id', this.courseId).orderBy('id');
    for (const { id, content_id: content, provider } of rows) {
      const label = content.replace('block-', '');
      this.examIds.set(label, id);
      if (provider !== null) this.backends.set(label, backendOf(provider));
    }
  }
}

function examView(row: LabelRow & GoldenRow): GoldenRow {
  const due = row['due_date'] as Date | null;
  return {
    exam_name: row['exam_name'],
    time_limit_mins: row['time_limit_mins'],
    due_date: due === null ? null : due.toISOString().replace('.000Z', 'Z'),
    is_proctored: row['is_proctored'],
    is_practice_exam: row['is_practice_exam'],
    is_active: row['is_active'],
    hide_after_due: row['hide_after_due'],
    backend: row.provider === null ? null : backendOf(row.provider),
    // A provider knows an exam by our id.
    external_id: null,
  };
}
