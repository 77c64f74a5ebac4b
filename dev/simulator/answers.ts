import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { LearnerAnswers, LearnerDataBody } from './learner-answers';

const text = Type.String({ minLength: 1 });
const closed = { additionalProperties: false };

/** Bodies of PUT /_sim/answers/{topic}. */
export const ANSWER_TOPICS = {
  'course-name': Type.Object(
    {
      courseId: text,
      userId: Type.Optional(text),
      /** Null: the state has no course name. */
      name: Type.Union([Type.String(), Type.Null()]),
      /** The service answers 404: it does not know the learner. */
      unknownLearner: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  override: Type.Object({ courseId: text, enabled: Type.Boolean() }, closed),
  registration: Type.Object(
    {
      provider: text,
      courseId: Type.Optional(text),
      /** The obscured id that the provider sees. */
      userId: Type.Optional(text),
      email: Type.Optional(text),
      /** `registered`, `refused` or an `onboarding_*` status. */
      outcome: text,
      /** Of `refused`; 400 when absent. */
      status: Type.Optional(Type.Integer({ minimum: 400, maximum: 499 })),
    },
    closed,
  ),
  removal: Type.Object(
    {
      provider: text,
      courseId: Type.Optional(text),
      externalId: Type.Optional(text),
      /** `kept`: 200 with another status than `deleted`; `refused`: 403. */
      answer: Type.Union([
        Type.Literal('deleted'),
        Type.Literal('not-found'),
        Type.Literal('kept'),
        Type.Literal('refused'),
      ]),
    },
    closed,
  ),
  /** An attempt the provider registered before the simulator started. */
  'registered-attempt': Type.Object({ provider: text, externalId: text }, closed),
  /** Without `courseId`: the answer for all courses not named. */
  course: Type.Object({ courseId: Type.Optional(text), known: Type.Boolean() }, closed),
  'learner-data': LearnerDataBody,
  tokens: Type.Object(
    {
      revokeAll: Type.Optional(Type.Boolean()),
      ttlSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
      refuse: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
} as const;

export type CourseNameAnswer = Static<(typeof ANSWER_TOPICS)['course-name']>;
export type OverrideAnswer = Static<(typeof ANSWER_TOPICS)['override']>;
export type RegistrationAnswer = Static<(typeof ANSWER_TOPICS)['registration']>;
export type RemovalAnswer = Static<(typeof ANSWER_TOPICS)['removal']>;
export type RegisteredAttempt = Static<(typeof ANSWER_TOPICS)['registered-attempt']>;
export type CourseKnownAnswer = Static<(typeof ANSWER_TOPICS)['course']>;

/** What the services answer where a test or a demo wants something else than the plain case. The more exact setting wins. */
export class ConfiguredAnswers {
  readonly learners = new LearnerAnswers();
  private readonly courseNames = new Map<string, CourseNameAnswer>();
  private readonly overrides = new Map<string, boolean>();
  private readonly courses = new Map<string, boolean>();
  private readonly removals = new Map<string, RemovalAnswer['answer']>();
  private readonly registered = new Set<string>();
  private registrations: RegistrationAnswer[] = [];

  setCourseName(answer: CourseNameAnswer): void {
    this.courseNames.set(JSON.stringify([answer.courseId, answer.userId]), answer);
  }

  courseName(courseId: string, userId: string): CourseNameAnswer {
    const exact = this.courseNames.get(JSON.stringify([courseId, userId]));
    return (
      exact ?? this.courseNames.get(JSON.stringify([courseId, undefined])) ?? { courseId, name: `Course ${courseId}` }
    );
  }

  setOverride(answer: OverrideAnswer): void {
    this.overrides.set(answer.courseId, answer.enabled);
  }

  /** On unless switched off, as on the recorded platform. */
  override(courseId: string): boolean {
    return this.overrides.get(courseId) ?? true;
  }

  setRegistration(answer: RegistrationAnswer): void {
    const key = JSON.stringify([answer.provider, answer.courseId, answer.userId, answer.email]);
    this.registrations = this.registrations.filter(
      (old) => JSON.stringify([old.provider, old.courseId, old.userId, old.email]) !== key,
    );
    this.registrations.push(answer);
  }

  registration(provider: string, request: { courseId: unknown; userId: unknown; email: unknown }): RegistrationAnswer {
    const fields = ['courseId', 'userId', 'email'] as const;
    const exactness = (answer: RegistrationAnswer): number =>
      fields.filter((name) => answer[name] !== undefined).length;
    const fitting = this.registrations
      .filter((answer) => answer.provider === provider)
      .filter((answer) => fields.every((name) => answer[name] === undefined || answer[name] === request[name]))
      .sort((a, b) => exactness(b) - exactness(a));
    return fitting[0] ?? { provider, outcome: 'registered' };
  }

  setRemoval(answer: RemovalAnswer): void {
    const { provider, courseId, externalId } = answer;
    const key = externalId === undefined ? [provider, courseId] : [provider, undefined, externalId];
    this.removals.set(JSON.stringify(key), answer.answer);
  }

  removal(
    provider: string,
    request: { externalId: string; courseId: string | undefined },
  ): RemovalAnswer['answer'] | undefined {
    return (
      this.removals.get(JSON.stringify([provider, undefined, request.externalId])) ??
      this.removals.get(JSON.stringify([provider, request.courseId])) ??
      this.removals.get(JSON.stringify([provider, undefined]))
    );
  }

  addRegistered({ provider, externalId }: RegisteredAttempt): void {
    this.registered.add(JSON.stringify([provider, externalId]));
  }

  isRegistered({ provider, externalId }: RegisteredAttempt): boolean {
    return this.registered.has(JSON.stringify([provider, externalId]));
  }

  setCourse(answer: CourseKnownAnswer): void {
    this.courses.set(answer.courseId ?? '', answer.known);
  }

  courseKnown(courseId: string): boolean {
    return this.courses.get(courseId) ?? this.courses.get('') ?? true;
  }

  clear(): void {
    this.courseNames.clear();
    this.overrides.clear();
    this.courses.clear();
    this.removals.clear();
    this.registered.clear();
    this.registrations = [];
    this.learners.clear();
  }
}
