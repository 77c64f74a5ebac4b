import type { Attempt } from '../../domain/attempts/model';
import type { GoldenCase, GoldenEffect, GoldenFile } from '../golden/cases';
import { changedView, createdView, type CaseOutcome } from '../golden/outcome';
import { providerName } from '../support/recorded-providers';
import { newestCallback, refusedSince } from '../support/settled';
import type { CallOutcome } from './api-calls';
import { CaseCalls } from './case-calls';
import { CaseCourse } from './case-course';
import { type CasePlan, type Operation, planCase } from './case-plan';
import type { ConformanceStack } from './conformance-stack';
import { effectsWithoutCall, newestEffect } from './effect-rows';
import { outsideCalls } from './outside-calls';
import { rulesOfCase } from './review-plan';

/** What one operation came to in the running system. */
export interface Observed extends CaseOutcome {
  answer: CallOutcome;
}

/** Runs one case from its initial rows and reports what each of its operations came to. @throws NotRun */
export async function runCase(
  stack: ConformanceStack,
  file: GoldenFile,
  one: GoldenCase,
  token: string,
): Promise<Observed[]> {
  const plan = planCase(file, one);
  const rules = rulesOfCase(one);
  const names = { token, now: new Date(file.now), provider: (backend: string) => providerName(backend, rules) };
  const course = new CaseCourse(stack.knex, names, plan.initial);
  await course.store();
  await stack.simulator.answerCase(plan.answers, course.answerScope);
  const calls = await CaseCalls.of(stack, course, plan.by);
  for (const operation of plan.before ?? []) await calls.before(operation);
  await stack.simulator.requestsSince(stack.simulator.mark);
  const observed: Observed[] = [];
  for (const { operation } of plan.steps) {
    observed.push(await new Step(stack, calls, course).run(operation));
  }
  return observed;
}

/** The promised results, step by step. */
export function expectedResults(file: GoldenFile, one: GoldenCase): CasePlan['steps'][number]['expected'][] {
  return planCase(file, one).steps.map(({ expected }) => expected);
}

/** One operation on a case's world, and what it changed there and outside. */
class Step {
  constructor(
    private readonly stack: ConformanceStack,
    private readonly calls: CaseCalls,
    private readonly course: CaseCourse,
  ) {}

  async run(operation: Operation): Promise<Observed> {
    const { stack, course } = this;
    const since = { mark: stack.simulator.mark, effect: await newestEffect(stack.knex, course.courseId) };
    const before = await course.attempts();
    const archivedBefore = (await course.archive()).at(-1)?.id ?? 0;
    const callback = await newestCallback(stack.knex, course.examNumbers);
    const answer = await this.calls.carryOut(operation);
    await this.calls.untilSettled();
    const refused = await refusedSince(stack.knex, course.examNumbers, callback);
    return {
      ok: answer.ok && refused === undefined,
      ...rowChanges(before, await course.attempts()),
      effects: await this.effects(since),
      archived: await this.archivedAfter(archivedBefore),
      answer,
    };
  }

  private async effects(since: { mark: number; effect: number }): Promise<GoldenEffect[]> {
    const { stack, course } = this;
    const calls = outsideCalls(await stack.simulator.requestsSince(since.mark), course.recordedNames);
    return [...calls, ...(await effectsWithoutCall(stack.knex, course.courseId, since.effect))];
  }

  private async archivedAfter(id: number): Promise<CaseOutcome['archived']> {
    const archived: CaseOutcome['archived'] = {};
    for (const row of await this.course.archive()) if (row.id > id) (archived[row.attempt] ??= []).push(row.status);
    return archived;
  }
}

function rowChanges(before: Attempt[], after: Attempt[]): Pick<CaseOutcome, 'changed' | 'created' | 'deleted'> {
  const old = new Map(before.map((attempt) => [attempt.id, attempt]));
  const live = new Set(after.map(({ id }) => id));
  const changed: CaseOutcome['changed'] = {};
  const created: CaseOutcome['created'] = {};
  for (const attempt of after) {
    const was = old.get(attempt.id);
    if (!was) created[attempt.id] = createdView(attempt);
    else if (Object.keys(changedView(was, attempt)).length > 0) changed[attempt.id] = changedView(was, attempt);
  }
  const deleted = before.map(({ id }) => id).filter((id) => !live.has(id));
  return { changed, created, deleted: deleted.sort() };
}
