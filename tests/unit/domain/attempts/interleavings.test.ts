import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { classic, current, type RuleSet } from '../../../../domain/attempts/rule-sets';
import { exam, NOW } from './decision-context';
import { InterleavingModel } from './interleavings/model';
import { learnerExamKey } from './interleavings/outside-queue';
import { finishAll, type InterleavingStep, steps, take } from './interleavings/steps';

jest.setTimeout(120_000);

const RUNS = 2_000;

/** Proctored by either kind of provider, practice and timed. */
const EXAMS = [
  exam('proctored', 'e1'),
  exam('proctored', 'e2'),
  { ...exam('onboarding', 'e3'), isPracticeExam: false },
  exam('onboarding', 'e4'),
  exam('timed', 'e5'),
];

const RULE_SETS: [string, RuleSet][] = [
  ['classic', classic],
  ['current', current],
  [
    'current with timed_out kept and first failures final',
    { ...current, allowTimedOutState: true, secondReviewForFailures: false },
  ],
];

/** Fails naming the invariant; the comparison is cheap, the explanation is not. */
function expectInvariant(what: string, kept: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(kept, expected)) expect({ [what]: kept }).toEqual({ [what]: expected });
}

function oneCurrentAttempt({ attempts }: InterleavingModel): void {
  const keys = attempts.map(({ examId, userId }) => learnerExamKey(examId, userId));
  const currents = attempts
    .filter(({ isCurrent }) => isCurrent)
    .map(({ examId, userId }) => learnerExamKey(examId, userId));
  expectInvariant('one current attempt per exam and learner', currents.sort(), [...new Set(keys)].sort());
}

function completeArchive({ archive, observer: { left } }: InterleavingModel): void {
  const kept: Record<string, string[]> = {};
  for (const { id, status } of archive) (kept[id] ??= []).push(status);
  const expected = Object.fromEntries([...left].filter(([, statuses]) => statuses.length > 0));
  expectInvariant('every status that was left is archived once, in order', kept, expected);
}

function noNumberTwice({ observer: { numbers } }: InterleavingModel): void {
  expectInvariant('no attempt number of exam and learner twice', new Set(numbers).size, numbers.length);
}

function creditMatchesAttempts({ outside, observer }: InterleavingModel): void {
  const credit = Object.fromEntries(outside.credit);
  expectInvariant('credit was told last what follows from the attempts', credit, Object.fromEntries(observer.credit));
}

/** Simpler than the invariant above, for a learner with only one attempt on the exam. */
function creditAgreesWithTheOnlyAttempt({ attempts, outside, observer }: InterleavingModel): void {
  for (const { examId, userId, status, number } of attempts) {
    const key = learnerExamKey(examId, userId);
    const isOnly = number === 1 && !observer.numbers.includes(`${key}|2`);
    const said = observer.statusInCredit(status);
    if (isOnly && said !== undefined)
      expectInvariant('credit agrees with the only attempt', outside.credit.get(key), said);
  }
}

function effectsOnceAndOver({ outside: { effects } }: InterleavingModel): void {
  expectInvariant('no effect twice', new Set(effects.map(({ key }) => key)).size, effects.length);
  const open = effects.filter(({ state }) => state === 'due').map(({ key }) => key);
  expectInvariant('every effect comes to an end', open, []);
}

describe.each(RULE_SETS)('whatever happens at once to several attempts under the rules %s', (_name, rules) => {
  it(`keeps every invariant about attempts, archive, credit and effects, in ${RUNS} courses`, () => {
    const invariantsHold = fc.property(steps, (drawn: InterleavingStep[]) => {
      const model = new InterleavingModel(EXAMS, rules, NOW);
      for (const step of drawn) {
        take(model, step);
        oneCurrentAttempt(model);
        completeArchive(model);
      }
      finishAll(model);
      for (const look of [oneCurrentAttempt, completeArchive, noNumberTwice]) look(model);
      for (const look of [creditMatchesAttempts, creditAgreesWithTheOnlyAttempt, effectsOnceAndOver]) look(model);
    });
    fc.assert(invariantsHold, { numRuns: RUNS });
  });
});
