import { isDeepStrictEqual } from 'node:util';
import { loadRecorded } from '../../../../golden/qualification/load-recorded';
import { recordedOutcome } from '../../../../golden/qualification/recorded-outcome';
import { University } from '../../../../golden/qualification/university';
import type { Outcome, Step, Walk } from '../../../../golden/qualification/walk';
import {
  agreesWith,
  comparedFields,
  comparedLook,
  decidedOtherwise,
} from '../../../../golden/qualification/walk-comparison';
import { setRecorded } from './forced';
import { operate } from './operations';
import { answerTo } from './requests';

const walks = (['statuses', 'wizard'] as const).flatMap((file) => {
  const { walks: recorded } = loadRecorded<{ walks: Walk[] }>(file);
  return recorded.map((walk) => ({ file, ...walk }));
});

/** How often steps agreed, differed as was decided, or held nothing for pure rules. */
type Tally = Record<string, number>;

function count(tally: Tally, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

function compareRequest(university: University, step: Step, ours: Outcome): string {
  const recorded = recordedOutcome(step);
  if (agreesWith(ours, recorded)) return comparedFields(step, ours);
  const byClock = university.createdAt.size > 0 ? university.byClock(() => answerTo(university, step)) : null;
  if (byClock !== null && isDeepStrictEqual(byClock.view, recorded.view)) return 'D12';
  const number = decidedOtherwise(step, recorded, ours, university);
  setRecorded(university, step, recorded, ours);
  return number;
}

function walked({ steps }: Walk): Tally {
  const university = new University();
  const tally: Tally = {};
  for (const step of steps) {
    if (step.op !== 'request') {
      const look = operate(university, step);
      count(tally, look === null ? 'changes' : look === 'not-pure' ? 'not pure' : comparedLook(step, look));
      continue;
    }
    const ours = answerTo(university, step);
    count(tally, ours === null ? 'not pure' : compareRequest(university, step, ours));
  }
  return tally;
}

describe('the recorded walks of statuses.json and wizard.json', () => {
  it('are there: 50 and 41, with 1082 steps', () => {
    expect(walks.filter(({ file }) => file === 'statuses')).toHaveLength(50);
    expect(walks.filter(({ file }) => file === 'wizard')).toHaveLength(41);
    expect(walks.flatMap(({ steps }) => steps)).toHaveLength(1082);
  });

  it.each(walks)('$file, $name: every step is as recorded, or differs as was decided', (walk) => {
    expect(() => walked(walk)).not.toThrow();
  });

  it('differ in what was decided only, so many times and no more', () => {
    const totals: Tally = {};
    for (const tally of walks.map(walked)) {
      for (const [what, times] of Object.entries(tally)) totals[what] = (totals[what] ?? 0) + times;
    }
    expect(totals).toEqual({
      agrees: 320,
      changes: 627,
      'not pure': 20,
      D1: 11,
      D2: 1,
      D3: 4,
      D4: 10,
      D5: 1,
      D6: 5,
      D7: 1,
      D8: 1,
      D9: 1,
      D11: 4,
      D12: 3,
      D13: 2,
      D14: 5,
      D15: 35,
      D16: 13,
      D17: 15,
      D20: 3,
    });
  });
});
