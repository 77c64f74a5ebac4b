import { isDeepStrictEqual } from 'node:util';
import { setRecorded } from './forced';
import { loadRecorded } from './load';
import { operate, type Look } from './operations';
import { recordedFields, recordedOutcome } from './recorded-outcome';
import { answerTo } from './requests';
import { University } from './university';
import type { Outcome, Step, Walk } from './walk';
import { wantedDifference } from './wanted-differences';

const walks = (['statuses', 'wizard'] as const).flatMap((file) => {
  const { walks: recorded } = loadRecorded<{ walks: Walk[] }>(file);
  return recorded.map((walk) => ({ file, ...walk }));
});

/** How often steps agreed, differed as was decided, or held nothing for pure rules. */
type Tally = Record<string, number>;

function count(tally: Tally, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

function compareLook(step: Step, { ours, recorded, excused }: Look): string {
  if (isDeepStrictEqual(ours, recorded)) return 'agrees';
  const found = excused.find((one) => isDeepStrictEqual(one.ours, recorded));
  if (found !== undefined) return found.number;
  throw new Error(`${step.op} shows ${JSON.stringify(ours)}, where ${JSON.stringify(recorded)} was recorded`);
}

function compareRequest(university: University, step: Step, ours: Outcome): string {
  const recorded = recordedOutcome(step);
  const seesTheSame = recorded.view === undefined || isDeepStrictEqual(ours.view, recorded.view);
  if (ours.status === recorded.status && (ours.status !== 200 || seesTheSame)) return compareFields(step, ours);
  const byClock = university.createdAt.size > 0 ? university.byClock(() => answerTo(university, step)) : null;
  if (byClock !== null && isDeepStrictEqual(byClock.view, recorded.view)) return 'D12';
  const number = wantedDifference({ step, recorded, ours, university });
  if (number === null) {
    const shown = JSON.stringify({ ours, recorded });
    throw new Error(`${step.actor} ${step.method} ${step.url} differs, and nobody decided so: ${shown}`);
  }
  setRecorded(university, step, recorded, ours);
  return number;
}

/** Where the recording names fields, ours are the same; its words are not (D17). */
function compareFields(step: Step, { view, status }: Outcome): string {
  const fields = status === 400 ? recordedFields(step) : null;
  if (fields === null) return 'agrees';
  const named = (view as { pointer: string }[]).map(({ pointer }) => pointer.split('/')[1] ?? '');
  expect({ step, fields: [...new Set(named)].sort() }).toEqual({ step, fields: fields.sort() });
  return 'D17';
}

function walked({ steps }: Walk): Tally {
  const university = new University();
  const tally: Tally = {};
  for (const step of steps) {
    if (step.op !== 'request') {
      const look = operate(university, step);
      count(tally, look === null ? 'changes' : look === 'not-pure' ? 'not pure' : compareLook(step, look));
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
