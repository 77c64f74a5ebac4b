import type { Attempt } from '../../domain/attempts/model';
import type { GoldenCase, GoldenEffect, GoldenFile } from '../golden/cases';
import { changedView, createdView, type Outcome } from '../golden/outcome';
import type { Answered } from './api-calls';
import { type CasePlan, type Operation, planCase } from './case-plan';
import { CaseWorld } from './case-world';
import { providerName } from './configurations';
import { effectsWithoutCall, newestEffect } from './effect-rows';
import type { House } from './house';
import { outsideCalls } from './outside-calls';
import { CaseCalls } from './case-calls';
import { rulesOfCase } from './review-plan';
import { newestCallback, refusedSince } from './settled';

/** What one operation came to in the running system. */
export interface Observed extends Outcome {
  answer: Answered;
}

/** Runs one case from its initial rows and reports what each of its operations came to. @throws NotRun */
export async function runCase(house: House, file: GoldenFile, one: GoldenCase, token: string): Promise<Observed[]> {
  const plan = planCase(file, one);
  const rules = rulesOfCase(one);
  const names = { token, now: new Date(file.now), provider: (backend: string) => providerName(backend, rules) };
  const world = new CaseWorld(house.knex, names, plan.initial);
  await world.store();
  await house.simulator.answer(plan.answers, world.answerScope);
  const calls = await CaseCalls.of(house, world, plan.by);
  for (const operation of plan.before ?? []) await calls.before(operation);
  await house.simulator.requestsSince(house.simulator.mark);
  const observed: Observed[] = [];
  for (const { operation } of plan.steps) {
    observed.push(await new Step(house, calls, world, token).run(operation));
  }
  return observed;
}

/** The promised results, step by step. */
export function promisedResults(file: GoldenFile, one: GoldenCase): CasePlan['steps'][number]['expected'][] {
  return planCase(file, one).steps.map(({ expected }) => expected);
}

/** One operation on a case's world, and what it changed there and outside. */
class Step {
  constructor(
    private readonly house: House,
    private readonly calls: CaseCalls,
    private readonly world: CaseWorld,
    private readonly token: string,
  ) {}

  async run(operation: Operation): Promise<Observed> {
    const { house, world } = this;
    const since = { mark: house.simulator.mark, effect: await newestEffect(house.knex, world.courseId) };
    const before = await world.attempts();
    const archivedBefore = (await world.archive()).at(-1)?.id ?? 0;
    const callback = await newestCallback(house.knex, world.examNumbers);
    const answer = await this.calls.ask(operation);
    await this.calls.settled();
    const refused = await refusedSince(house.knex, world.examNumbers, callback);
    return {
      ok: answer.ok && refused === undefined,
      ...rowChanges(before, await world.attempts()),
      effects: await this.effects(since),
      archived: await this.archivedAfter(archivedBefore),
      answer,
    };
  }

  private async effects(since: { mark: number; effect: number }): Promise<GoldenEffect[]> {
    const { house, world, token } = this;
    const { courseId } = world;
    const names = {
      ...{ token, courseId },
      unmarked: (id: string) => world.unmarked(id),
      examLabel: (id: number) => world.examLabel(id),
    };
    const calls = outsideCalls(await house.simulator.requestsSince(since.mark), names);
    return [...calls, ...(await effectsWithoutCall(house.knex, courseId, since.effect))];
  }

  private async archivedAfter(id: number): Promise<Outcome['archived']> {
    const archived: Outcome['archived'] = {};
    for (const row of await this.world.archive()) if (row.id > id) (archived[row.attempt] ??= []).push(row.status);
    return archived;
  }
}

function rowChanges(before: Attempt[], after: Attempt[]): Pick<Outcome, 'changed' | 'created' | 'deleted'> {
  const old = new Map(before.map((attempt) => [attempt.id, attempt]));
  const live = new Set(after.map(({ id }) => id));
  const changed: Outcome['changed'] = {};
  const created: Outcome['created'] = {};
  for (const attempt of after) {
    const was = old.get(attempt.id);
    if (!was) created[attempt.id] = createdView(attempt);
    else if (Object.keys(changedView(was, attempt)).length > 0) changed[attempt.id] = changedView(was, attempt);
  }
  const deleted = before.map(({ id }) => id).filter((id) => !live.has(id));
  return { changed, created, deleted: deleted.sort() };
}
