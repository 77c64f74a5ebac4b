import { decideGate, type GateFacts } from '../../../../domain/qualification/gate';

const FACTS: GateFacts = { active: { status: 'ready' }, row: { qualifies: true }, hasException: false };
const READY = { periodId: 'p1', accept: ['ready'] } as const;
const ALMOST = { periodId: 'p1', accept: ['ready', 'almostready'] } as const;

describe('an exam for those who qualified', () => {
  it.each([
    ['whoever qualifies by a final list', READY, {}, true],
    ['nobody while there is no list', READY, { active: null, row: null }, 'no-status'],
    ['nobody while the list is retracted', ALMOST, { active: { status: 'notready' }, row: null }, 'not-ready'],
    [
      'nobody by a list for most, where only a final one is good enough',
      READY,
      { active: { status: 'almostready' } },
      'not-ready',
    ],
    [
      'whoever qualifies by a list for most, where that is good enough',
      ALMOST,
      { active: { status: 'almostready' } },
      true,
    ],
    ['nobody who is not on the list', READY, { row: null }, 'not-a-student'],
    ['nobody undecided', ALMOST, { active: { status: 'almostready' }, row: { qualifies: null } }, 'undecided'],
    ['nobody who does not qualify', READY, { row: { qualifies: false } }, 'does-not-qualify'],
  ] as const)('admits %s', (_, requirement, facts, expected) => {
    const answer = decideGate(requirement, { ...FACTS, ...facts });
    const admitted = { admitted: true, because: 'qualifies' };
    expect(answer).toEqual(expected === true ? admitted : { admitted: false, reason: expected });
    const excepted = decideGate(requirement, { ...FACTS, ...facts, hasException: true });
    expect(excepted).toEqual(expected === true ? admitted : { admitted: true, because: 'exception' });
  });

  it('asks nothing where it is for everybody', () => {
    expect(decideGate(null, { active: null, row: null, hasException: false })).toEqual({
      admitted: true,
      because: 'not-required',
    });
  });
});
