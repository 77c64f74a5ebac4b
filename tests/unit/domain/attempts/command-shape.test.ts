import { shapeProblem } from '../../../../domain/attempts/command-shape';

const WELL_FORMED: [Parameters<typeof shapeProblem>[0], object][] = [
  ['create', { takingAsProctored: true }],
  ['create', { takingAsProctored: false, start: true, byLearner: true }],
  ['changeStatus', { to: 'whatever' }],
  ['changeStatus', { to: 'submitted', cascade: false, requestedBy: 'p', timeoutAt: '2026-03-01T10:00:00.000Z' }],
  ['timeOut', {}],
  ['adjustTime', {}],
  ['declineByCascade', {}],
  ['act', { action: 'start', actor: 'learner' }],
  ['markReadyToResume', {}],
  ['remove', { requestedBy: 'p' }],
  ['review', { inboxId: '17' }],
  ['providerReady', { inboxId: '17' }],
  ['setReview', { reviewId: '3', reviewStatus: 'Clean', requestedBy: 'p' }],
  ['retryEffect', { effectId: '9' }],
];

describe('The shape of a command', () => {
  it.each(WELL_FORMED)('%s is fine as it is sent, with members to come as well', (type, content) => {
    expect(shapeProblem(type, 'id', content)).toBeNull();
    expect(shapeProblem(type, 'id', { ...content, commandId: 'id', addedLater: [1] })).toBeNull();
  });

  it.each(WELL_FORMED)('%s without an id, or in a text, is not', (type, content) => {
    for (const id of [undefined, null, '', 5, {}, 'a\u0000b']) expect(shapeProblem(type, id, content)).not.toBeNull();
    for (const other of ['text', 5, null, undefined]) expect(shapeProblem(type, 'id', other)).not.toBeNull();
  });

  it('names the members that are wrong, not their values', () => {
    const problem = shapeProblem('act', 'id', { action: 'secret', actor: 'me' });
    expect(problem).toBe('"act" needs another value of action, actor.');
  });
});
