import { type Static, Type } from '@sinclair/typebox';
import type { RoutedAnswer } from './routed-answer';

const text = Type.String({ minLength: 1 });

/** Body of PUT /_sim/answers/learner-data: a raw answer, whatever its status and shape. */
export const LearnerDataBody = Type.Object(
  {
    what: Type.Union((['grade', 'certificate', 'gradebook', 'course'] as const).map((what) => Type.Literal(what))),
    courseId: text,
    /** Absent: the answer for all learners of the course that are not named. Courses have none. */
    username: Type.Optional(text),
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
    body: Type.Unknown(),
    /** A page for people instead, as from something in between. */
    html: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export type LearnerDataAnswer = Static<typeof LearnerDataBody>;

/** What grades, certificates and courses say of learners: passed with 0.9 where nothing else was set. */
export class LearnerAnswers {
  private readonly answers = new Map<string, RoutedAnswer>();

  set({ what, courseId, username, status = 200, body, html = false }: LearnerDataAnswer): void {
    this.answers.set(answerKey(what, courseId, username), { status, body, html });
  }

  clear(): void {
    this.answers.clear();
  }

  course(courseId: string): RoutedAnswer | undefined {
    return this.answers.get(answerKey('course', courseId));
  }

  learner(what: Exclude<LearnerDataAnswer['what'], 'course'>, courseId: string, username: string): RoutedAnswer {
    const set =
      this.answers.get(answerKey(what, courseId, username)) ?? this.answers.get(answerKey(what, courseId, undefined));
    return set ?? { status: 200, body: PLAIN[what](username, courseId) };
  }
}

const PLAIN = {
  grade: (username: string, courseId: string): unknown => [
    { username, course_id: courseId, passed: true, percent: 0.9, letter_grade: 'A' },
  ],
  certificate: (username: string, courseId: string): unknown => ({
    username,
    course_id: courseId,
    status: 'downloadable',
    is_passing: true,
    grade: '0.9',
    created_date: '2021-06-01T10:00:00Z',
  }),
  gradebook: (username: string): unknown => ({
    username,
    section_breakdown: ['First', 'Second'].map((name) => ({
      attempted: true,
      subsection_name: name,
      category: 'Homework',
      label: name,
      percent: 0.9,
      score_earned: 9,
      score_possible: 10,
      module_id: `block-${name.toLowerCase()}`,
    })),
  }),
};

function answerKey(what: string, courseId: string, username?: string): string {
  return JSON.stringify([what, courseId, username ?? null]);
}
