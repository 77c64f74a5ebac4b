import { ApiError } from '../../../contracts/api-error';
import type { AttemptAction } from '../../../domain/attempts/commands';
import { current } from '../../../domain/attempts/rule-sets';
import { AttemptSimulator } from '../../golden/attempt-simulator';
import type { GoldenCase } from '../../golden/cases';
import { casesOf, goldenNow } from '../../golden/families';
import { singleAttempt } from '../../golden/initial';
import { loadGolden } from '../../golden/load';
import { expectedOutcome, type CaseOutcome } from '../../golden/outcome';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { anAttempt, anExam, COURSE, created } from '../../support/attempt-builders';
import { aView, type Execution } from '../../support/recording-gateway';

interface PermissionCase extends GoldenCase {
  user_id_in_body?: string | null;
  attempt?: 'missing';
}

const STAFF = ['staff', 'coursestaff'];
const NOTHING: Omit<CaseOutcome, 'ok'> = { changed: {}, created: {}, deleted: [], effects: [], archived: {} };

let api: ApiFixture;
let attemptCode: string;
beforeAll(async () => {
  api = await ApiFixture.start();
  const exam = await anExam(api.database.db);
  const attempt = anAttempt(exam.id, { userId: 'u1', status: 'error' });
  await created(api.database.db, attempt);
  attemptCode = attempt.code;
});
afterAll(() => api.stop());

/**
 * A person's own token reaches the own attempts. Who is staff and names the learner acts with the scope staff has for it,
 * within the own courses; who names nobody speaks for himself.
 */
function callerOf(user: string, learner: string | null): TokenCaller {
  const own = 'attempts:take';
  if (learner === null || !STAFF.includes(user)) return { sub: user, scope: own };
  return { sub: user, scope: `${own} ops:act`, ...(user === 'coursestaff' ? { courses: [COURSE] } : {}) };
}

/** What the API calls after authentication: the rules, on the recorded attempt. */
function rulesBehind(one: GoldenCase): { outcome: () => Omit<CaseOutcome, 'ok'> } {
  const file = loadGolden('timing');
  const initial = singleAttempt(file, one, one.status ?? 'error');
  const simulator = new AttemptSimulator(initial.exams, initial.attempts, { now: goldenNow('timing'), rules: current });
  let outcome = NOTHING;
  api.gateway.answer = ({ key, input }: Execution) => {
    const { action, actor } = input as unknown as { action: AttemptAction; actor: 'learner' | 'staff' };
    const { ok, code, ...changes } = simulator.run(1, 'a1', () => ({ type: 'act', action, actor }));
    if (!ok) throw new ApiError((code ?? 'internal-error') as 'action-not-allowed');
    outcome = changes;
    return aView(key);
  };
  return { outcome: () => outcome };
}

async function acted(one: PermissionCase, action: string, learner: string | null): Promise<CaseOutcome> {
  const behind = rulesBehind(one);
  const code = one.attempt === 'missing' ? 'NO-SUCH-CODE' : attemptCode;
  const caller = callerOf(one.user ?? 'u1', learner);
  const { status } = await api.call(caller, 'POST', `/v1/attempts/${code}/actions`, { action });
  return { ok: status === 200, ...behind.outcome() };
}

it.each(casesOf<PermissionCase>('actions', 'permission').map((one) => [one]))(
  'Who may do what to an attempt is as recorded: %j',
  async (one) => {
    const seen = await acted(one, one.action ?? '', one.user_id_in_body ?? null);
    expect(seen).toEqual(expectedOutcome(one));
  },
);

it.each(casesOf<PermissionCase>('timing', 'mark_ready_to_resume').map((one) => [one]))(
  'An attempt is made ready to resume by whom and when it was recorded, but never by the learner (P1, P11): %j',
  async (one) => {
    const seen = await acted(one, 'mark_ready_to_resume', 'u1');
    expect(seen).toEqual(one.user === 'u1' ? { ok: false, ...NOTHING } : expectedOutcome(one));
  },
);

it.each(casesOf<{ user: string | null; ok: boolean }>('timing', 'poll_permission').map((one) => [one]))(
  'Who may look at an attempt is as recorded: %j',
  async ({ user, ok }) => {
    const url = `/v1/attempts/${attemptCode}`;
    const get = { method: 'GET', url } as const;
    const answer = user === null ? await api.send(get) : await api.call(callerOf(user, null), 'GET', url);
    expect(answer.status === 200).toBe(ok);
  },
);
