import { decidedNow } from '../../../../domain/qualification/decided-list';
import { decideSave, type SaveContext, type SaveRequest } from '../../../../domain/qualification/save';
import { daysIn } from '../../../support/period-builders';
import { draftWith, evaluationWith, NOW, saveContext } from './save-context';

const READY: SaveRequest = { status: 'ready' };

function refusal(context: Partial<SaveContext>, request: SaveRequest = READY): unknown {
  const decision = decideSave(saveContext(context), request);
  return decision.kind === 'refused' ? decision.code : decision.kind === 'invalid' ? decision.faults : decision.kind;
}

function differences(context: Partial<SaveContext>, request: SaveRequest = READY): unknown {
  const decision = decideSave(saveContext(context), request);
  return decision.kind === 'refused' ? decision.differences : decision.kind;
}

describe('saving a draft', () => {
  it('adds a status behind the newest, with one row for each student as the rule decides today', () => {
    const decision = decideSave(saveContext({ newest: { seq: 4, list: null }, draft: draftWith({ basedOnSeq: 4 }) }), {
      status: 'ready',
      message: '  well done\n',
    });
    expect(decision).toMatchObject({
      kind: 'saved',
      status: {
        seq: 5,
        status: 'ready',
        message: 'well done',
        at: NOW,
        by: 'maria',
        draftId: 'd1',
        assignmentIds: ['a1'],
      },
      rows: [
        { userId: 'ann', qualifies: true, ruled: true, position: 0, cells: [{ state: 'passed', points: 60 }] },
        { userId: 'bo', qualifies: false, ruled: false, position: 1, reason: { code: 'one-failed' } },
        { userId: 'eve', qualifies: false, ruled: false, position: 2, cells: [{ state: 'not-registered' }] },
      ],
    });
  });

  it('keeps the title, the summary and all words of the plugin, so that it can be shown when the plugin is gone', () => {
    const decision = decideSave(saveContext(), READY);
    expect(decision).toMatchObject({
      status: {
        plugin: {
          id: 'approved.all',
          title: { nb: 'Alle oppgaver bestått' },
          summary: { en: 'All assignments must be passed.', nb: 'Alle oppgaver må være bestått.' },
          messages: { en: { 'one-failed': expect.any(String) as string } },
        },
      },
    });
  });

  it('leaves students undecided while the list is ready for most, whatever the rule says of them, and keeps that beside', () => {
    const decision = decideSave(saveContext(), { status: 'almostready', undecided: ['ann', 'eve', 'ann'] });
    expect(decision).toMatchObject({
      status: { status: 'almostready' },
      rows: [
        { userId: 'ann', qualifies: null, ruled: true },
        { userId: 'bo', qualifies: false, ruled: false },
        { userId: 'eve', qualifies: null, ruled: false },
      ],
    });
  });

  it('saves results as they are now where they changed without changing an answer', () => {
    const decision = decideSave(saveContext({ now: evaluationWith({ ann: 90 }) }), READY);
    expect(decision).toMatchObject({ kind: 'saved', rows: [{ cells: [{ points: 90 }] }, {}, {}] });
  });

  it('is refused when an answer is no longer the one that was seen, and says whose and why', () => {
    expect(refusal({ now: evaluationWith({ bo: 55 }) })).toBe('qualification-differs');
    expect(differences({ now: evaluationWith({ ann: 90, bo: 55 }) })).toEqual([
      {
        userId: 'bo',
        change: 'answer',
        before: false,
        after: true,
        assignments: [
          {
            assignmentId: 'a1',
            before: { state: 'failed', points: 20, groupId: 2 },
            after: { state: 'passed', points: 55, groupId: 2 },
          },
        ],
      },
    ]);
  });

  it.each([
    ['came', ['ann', 'bo', 'eve', 'zoe'], { userId: 'zoe', change: 'came', before: null, after: false }],
    ['went', ['ann', 'bo'], { userId: 'eve', change: 'gone', before: false, after: null }],
  ])('is refused when a student %s since, though nobody else is decided otherwise', (_, users, difference) => {
    expect(differences({ now: evaluationWith({}, users) })).toMatchObject([difference]);
  });

  it('is refused when the list the caller saw qualifying is another, undecided students aside', () => {
    expect(refusal({}, { status: 'ready', qualified: ['ann'] })).toBe('saved');
    expect(refusal({}, { status: 'ready', qualified: [] })).toBe('qualification-differs');
    expect(differences({}, { status: 'ready', qualified: ['bo', 'ann'] })).toEqual([
      { userId: 'bo', change: 'answer', before: true, after: false, assignments: [] },
    ]);
    const almost = { status: 'almostready', undecided: ['ann'] };
    expect(refusal({}, { ...almost, qualified: ['ann'] })).toBe('saved');
    expect(refusal({}, { ...almost, qualified: [] })).toBe('saved');
  });

  it('is refused when somebody saved since the preview, with what that list has otherwise, unless that is accepted', () => {
    const list = decidedNow(evaluationWith({ bo: 80 }));
    const newer = { newest: { seq: 1, list } };
    expect(refusal(newer)).toBe('status-changed-meanwhile');
    expect(differences(newer)).toMatchObject([{ userId: 'bo', before: true, after: false }]);
    expect(refusal(newer, { ...READY, acceptNewerStatus: true })).toBe('saved');
    const retracted = { newest: { seq: 2, list: null }, draft: draftWith({ basedOnSeq: 1 }) };
    expect(refusal(retracted)).toBe('status-changed-meanwhile');
    expect(differences(retracted)).toHaveLength(3);
  });

  it.each([
    ['the period has ended', { at: daysIn(120), draft: draftWith({ changedAt: daysIn(120) }) }, 'period-ended'],
    ['results are being imported', { importRunning: true }, 'import-running'],
    ['the draft is unknown', { draft: null }, 'draft-not-found'],
    ['the draft is of another period', { draft: draftWith({ periodId: 'p2' }) }, 'draft-not-found'],
    ['the draft was saved', { draft: draftWith({ state: 'saved' }) }, 'draft-already-saved'],
    ['the draft is still being computed', { draft: draftWith({ state: 'computing' }) }, 'draft-not-ready'],
  ])('is refused when %s', (_, context, code) => {
    expect(refusal(context)).toBe(code);
  });

  it.each([
    ['an unknown status', { status: 'maybe' }, [{ pointer: '/status', code: 'unknown-status' }]],
    [
      'the status of a retraction',
      { status: 'notready', message: 'm' },
      [{ pointer: '/status', code: 'unknown-status' }],
    ],
    [
      'undecided students in a final list',
      { status: 'ready', undecided: ['eve'] },
      [{ pointer: '/undecided', code: 'undecided-needs-almostready' }],
    ],
    [
      'students nobody knows, each by name',
      { status: 'almostready', undecided: ['bo', 'x'], qualified: ['y', 'ann'] },
      [
        { pointer: '/undecided/1', code: 'unknown-student', value: 'x' },
        { pointer: '/qualified/0', code: 'unknown-student', value: 'y' },
      ],
    ],
  ])('refuses %s by its pointer', (_, request, faults) => {
    expect(refusal({}, request)).toEqual(faults);
  });

  it('without a plugin needs a message that says something', () => {
    const fault = { pointer: '/message', code: 'message-required' };
    expect(refusal({ plugin: null }, { status: 'ready', message: ' \n' })).toEqual([fault]);
    expect(refusal({ plugin: null }, { status: 'ready', message: 'The board decided.' })).toBe('saved');
    expect(refusal({}, { status: 'almostready', message: null })).toBe('saved');
  });

  it('writes nothing that was given to it', () => {
    const context = saveContext();
    const before = JSON.stringify(context);
    decideSave(context, { status: 'almostready', undecided: ['ann'] });
    expect(JSON.stringify(context)).toBe(before);
  });
});
