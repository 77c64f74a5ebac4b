import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { classic, current, type RuleSet } from '../../../domain/attempts/rule-sets';
import { Hall } from './interleavings/hall';
import { placeOf } from './interleavings/outside-queue';
import { settle, type Step, steps, take } from './interleavings/steps';
import { exam, NOW } from './world';

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

/** Fails naming the promise; the comparison is cheap, the explanation is not. */
function promise(what: string, kept: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(kept, expected)) expect({ [what]: kept }).toEqual({ [what]: expected });
}

function oneCurrentAttempt({ attempts }: Hall): void {
  const places = attempts.map(({ examId, userId }) => placeOf(examId, userId));
  const currents = attempts.filter(({ isCurrent }) => isCurrent).map(({ examId, userId }) => placeOf(examId, userId));
  promise('one current attempt per exam and learner', currents.sort(), [...new Set(places)].sort());
}

function completeArchive({ archive, observer: { left } }: Hall): void {
  const kept: Record<string, string[]> = {};
  for (const { id, status } of archive) (kept[id] ??= []).push(status);
  const expected = Object.fromEntries([...left].filter(([, statuses]) => statuses.length > 0));
  promise('every status that was left is archived once, in order', kept, expected);
}

function noNumberTwice({ observer: { numbers } }: Hall): void {
  promise('no attempt number of exam and learner twice', new Set(numbers).size, numbers.length);
}

function creditToldWhatFollows({ outside, observer }: Hall): void {
  const told = Object.fromEntries(outside.credit);
  promise('credit was told last what follows from the attempts', told, Object.fromEntries(observer.credit));
}

/** Plainer than the promise above, where there is nothing but one attempt to go by. */
function creditAgreesWithTheOnlyAttempt({ attempts, outside, observer }: Hall): void {
  for (const { examId, userId, status, number } of attempts) {
    const place = placeOf(examId, userId);
    const isOnly = number === 1 && !observer.numbers.includes(`${place}|2`);
    const said = observer.statusInCredit(status);
    if (isOnly && said !== undefined) promise('credit agrees with the only attempt', outside.credit.get(place), said);
  }
}

function effectsOnceAndOver({ outside: { effects } }: Hall): void {
  promise('no effect twice', new Set(effects.map(({ key }) => key)).size, effects.length);
  const open = effects.filter(({ state }) => state === 'due').map(({ key }) => key);
  promise('every effect comes to an end', open, []);
}

describe.each(RULE_SETS)('whatever happens at once to several attempts under the rules %s', (_name, rules) => {
  it(`keeps every promise about attempts, archive, credit and effects, in ${RUNS} courses`, () => {
    const keepsItsPromises = fc.property(steps, (drawn: Step[]) => {
      const hall = new Hall(EXAMS, rules, NOW);
      for (const step of drawn) {
        take(hall, step);
        oneCurrentAttempt(hall);
        completeArchive(hall);
      }
      settle(hall);
      for (const look of [oneCurrentAttempt, completeArchive, noNumberTwice]) look(hall);
      for (const look of [creditToldWhatFollows, creditAgreesWithTheOnlyAttempt, effectsOnceAndOver]) look(hall);
    });
    fc.assert(keepsItsPromises, { numRuns: RUNS });
  });
});
