import { signDevToken } from '../../config/dev-key';
import type { ProviderSettings } from '../../config/settings';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import type { ExamAnswer } from '../../contracts/http/exams';
import { ApiClient } from '../api-client';
import { attemptPath, createExam, putCourse } from '../course-set-up';
import { SimulatorClient } from '../simulator/client';
import type { Stack } from '../stack';
import { SIMULATOR_CLIENT } from '../stack-environment';
import { type DemoLearner, makeLearner } from './learners';

export const COURSE_ID = 'course-v1:Invigil+DEMO+2026';
export const RULE_SET = 'current';
export const DEMO_PROVIDER = 'software_secure';

export const TIMED_EXAM_MINS = 30;
const PROCTORED_EXAM_MINS = 120;
const OPERATOR_SCOPES = 'exams:read exams:write learners:write attempts:read attempts:write ops:read ops:act';

export interface DemoExams {
  proctored: readonly [ExamAnswer, ExamAnswer];
  practice: ExamAnswer;
  timed: ExamAnswer;
}

/** Everything the phases work with. */
export interface Demo {
  stack: Stack;
  operator: ApiClient;
  simulator: SimulatorClient;
  exams: DemoExams;
  learners: DemoLearner[];
}

/** The one provider of the demo, speaking to the simulator. */
export function demoProviders(simulatorUrl: string | undefined): ProviderSettings[] {
  const connection = simulatorUrl ? { baseUrl: `${simulatorUrl}/providers/${DEMO_PROVIDER}`, ...SIMULATOR_CLIENT } : {};
  return [{ name: DEMO_PROVIDER, title: 'RPNow', supportsOnboarding: false, ruleSet: RULE_SET, ...connection }];
}

/** Course, exams and the learners' tokens; the learners themselves are enrolled in a phase of their own. */
export async function makeDemo(stack: Stack, learnerCount: number): Promise<Demo> {
  const { api, simulator } = stack.urls;
  const token = await signDevToken(stack.devKeyFile, { sub: 'demo-operator', scope: OPERATOR_SCOPES });
  const operator = new ApiClient(api, token);
  await putCourse(operator, COURSE_ID, { name: 'Introduction to Invigil', proctoringProvider: DEMO_PROVIDER });
  const indexes = Array.from({ length: learnerCount }, (_, index) => index);
  return {
    stack,
    operator,
    simulator: new SimulatorClient(simulator),
    exams: await makeExams(operator),
    learners: await Promise.all(indexes.map((index) => makeLearner(index, api, stack.devKeyFile))),
  };
}

/** All live attempts of the course, whoever made them: a cascade makes some as well. */
async function liveAttempts({ operator }: Pick<Demo, 'operator'>): Promise<FullAttemptAnswer[]> {
  const attempts: FullAttemptAnswer[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ courseId: COURSE_ID, limit: '200', ...(cursor ? { cursor } : {}) });
    const page: { items: FullAttemptAnswer[]; nextCursor: string | null } = await operator.get(
      `/attempts?${query.toString()}`,
    );
    attempts.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return attempts;
}

/** The live attempts and those the learners had before these were removed. */
export async function allAttempts(demo: Demo): Promise<FullAttemptAnswer[]> {
  const live = await liveAttempts(demo);
  const known = new Set(live.map(({ attemptCode }) => attemptCode));
  const removed = demo.learners.flatMap(({ codes }) => codes.filter((code) => !known.has(code)));
  return [
    ...live,
    ...(await Promise.all(removed.map((code) => demo.operator.get<FullAttemptAnswer>(attemptPath(code))))),
  ];
}

async function makeExams(operator: ApiClient): Promise<DemoExams> {
  const make = (contentId: string, examName: string, timeLimitMins: number, kind: object): Promise<ExamAnswer> =>
    createExam(operator, COURSE_ID, { contentId, examName, timeLimitMins, ...kind });
  return {
    proctored: [
      await make('midterm', 'Midterm', PROCTORED_EXAM_MINS, { isProctored: true }),
      await make('final', 'Final', PROCTORED_EXAM_MINS, { isProctored: true }),
    ],
    practice: await make('practice', 'Practice', PROCTORED_EXAM_MINS, { isProctored: true, isPracticeExam: true }),
    timed: await make('quiz', 'Quiz', TIMED_EXAM_MINS, { isProctored: false }),
  };
}
