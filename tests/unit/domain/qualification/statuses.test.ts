import { decidedNow, decidedThen } from '../../../../domain/qualification/decided-list';
import { listDifferences } from '../../../../domain/qualification/differences';
import { DRAFT_STATES, draftExpiresAt, draftFault, draftSaveFault } from '../../../../domain/qualification/drafts';
import { exportState } from '../../../../domain/qualification/export-state';
import { decideRetract } from '../../../../domain/qualification/retract';
import { decideSave } from '../../../../domain/qualification/save';
import { activeStatus, ownAnswer } from '../../../../domain/qualification/statuses';
import { draftWith, evaluationWith, NOW, saveContext } from './save-context';

describe('retracting', () => {
  const facts = { newest: { seq: 7 }, at: NOW, by: 'maria' };

  it('adds a status that says why, and nothing about students', () => {
    expect(decideRetract(facts, { message: ' a grade was wrong ' })).toEqual({
      kind: 'retracted',
      status: {
        seq: 8,
        status: 'notready',
        message: 'a grade was wrong',
        at: NOW,
        by: 'maria',
        plugin: null,
        settings: null,
        draftId: null,
        assignmentIds: [],
      },
    });
  });

  it('is possible where nothing was saved yet', () => {
    expect(decideRetract({ ...facts, newest: null }, { message: 'later' })).toMatchObject({ status: { seq: 1 } });
  });

  it.each([
    [{ message: ' ' }, [{ pointer: '/message', code: 'message-required' }]],
    [{}, [{ pointer: '/message', code: 'message-required' }]],
    [{ message: 'm', plugin: 'points' }, [{ pointer: '/plugin', code: 'not-allowed-when-notready' }]],
    [
      { message: 'm', undecided: ['a'], qualified: ['b'] },
      [
        { pointer: '/undecided', code: 'not-allowed-when-notready' },
        { pointer: '/qualified', code: 'not-allowed-when-notready' },
      ],
    ],
  ])('refuses %j', (request, faults) => {
    expect(decideRetract(facts, request)).toEqual({ kind: 'invalid', faults });
  });
});

describe("a period's list of statuses", () => {
  it('has the highest number as the active one, whatever order they come in', () => {
    expect(activeStatus([{ seq: 2 }, { seq: 10 }, { seq: 9 }])).toEqual({ seq: 10 });
    expect(activeStatus([])).toBeNull();
  });

  it('tells a student the own answer only while the active one is ready', () => {
    const row = { qualifies: true };
    expect(ownAnswer({ status: 'ready' }, row)).toBe(true);
    expect(ownAnswer({ status: 'ready' }, { qualifies: false })).toBe(false);
    const nothing = [
      ownAnswer({ status: 'almostready' }, row),
      ownAnswer({ status: 'notready' }, row),
      ownAnswer(null, row),
    ];
    expect([...nothing, ownAnswer({ status: 'ready' }, null)]).toEqual([null, null, null, null]);
  });

  it('compares a saved list with today by what the rule said, so that undecided students have not changed', () => {
    const decision = decideSave(saveContext(), { status: 'almostready', undecided: ['ann'] });
    if (decision.kind !== 'saved') throw new Error(decision.kind);
    const saved = decidedThen(decision.status.assignmentIds, decision.rows);
    expect(listDifferences(saved, decidedNow(evaluationWith()))).toEqual([]);
    const regraded = listDifferences(saved, decidedNow(evaluationWith({ ann: 10, bo: 30 })));
    expect(regraded.map(({ userId, change }) => [userId, change])).toEqual([
      ['ann', 'answer'],
      ['bo', 'results'],
    ]);
  });

  it('says what an exam office has to do with it', () => {
    const [first, second] = [{ seq: 1, status: 'ready' } as const, { seq: 2, status: 'notready' } as const];
    expect(exportState(null, new Set())).toBe('nothing-to-export');
    expect(exportState({ seq: 1, status: 'notready' }, new Set())).toBe('nothing-to-export');
    expect(exportState(first, new Set())).toBe('not-exported');
    expect(exportState(first, new Set([1]))).toBe('exported');
    expect(exportState(second, new Set([1]))).toBe('changed-since-export');
    expect(exportState(second, new Set([2, 1]))).toBe('exported');
  });
});

describe('a draft', () => {
  it('expires a day after its last change', () => {
    const draft = draftWith();
    const end = draftExpiresAt(draft);
    expect(end.getTime() - draft.changedAt.getTime()).toBe(24 * 3_600_000);
    expect(draftFault(draft, 'p1', new Date(end.getTime() - 1))).toBeNull();
    expect(draftFault(draft, 'p1', end)).toBe('draft-expired');
  });

  it('is saved from ready alone, and can be looked at until it has ended', () => {
    const faults = DRAFT_STATES.map((state) => {
      const draft = draftWith({ state });
      return [state, draftFault(draft, 'p1', NOW), draftSaveFault(draft, 'p1', NOW)];
    });
    expect(faults).toEqual([
      ['choosing', null, 'draft-not-ready'],
      ['computing', null, 'draft-not-ready'],
      ['ready', null, null],
      ['failed', null, 'draft-failed'],
      ['saved', 'draft-already-saved', 'draft-already-saved'],
      ['discarded', 'draft-discarded', 'draft-discarded'],
      ['expired', 'draft-expired', 'draft-expired'],
    ]);
  });
});
