import type { CommandRequest } from '../../../contracts/attempts/commands';
import type { AttemptState, AttemptView } from '../../../contracts/attempts/messages';
import { changeInWords, summaryOf } from '../../../workflows/attempts/summaries';
import { aView } from '../../support/recording-gateway';

const KEY = { examId: 1, userId: 'u', attemptNumber: 1 };
const AT = '2026-03-02T10:00:00.000Z';
const NOBODY: AttemptState = { attempt: null, version: 0, due: [], clock: { offsetMs: 0, frozenAtMs: null } };

function standing(version: number, given: Partial<AttemptView>): AttemptState {
  return { ...NOBODY, version, attempt: aView(KEY, { modifiedAt: AT, version, ...given }) };
}

const SUBMITTED = standing(3, { status: 'submitted' });

describe("A command's line in Temporal's UI", () => {
  test.each<[string, CommandRequest, AttemptState]>([
    ['changeStatus: submitted → verified', { type: 'changeStatus', to: 'verified' }, SUBMITTED],
    ['changeStatus: → verified', { type: 'changeStatus', to: 'verified' }, NOBODY],
    ['create', { type: 'create', takingAsProctored: true }, NOBODY],
    ['act: start', { type: 'act', action: 'start', actor: 'learner' }, NOBODY],
    [`timer: times out at ${AT}`, { type: 'timeOut' }, standing(2, { status: 'started', deadline: AT })],
    ['review: callback 17', { type: 'review', inboxId: '17' }, SUBMITTED],
    [
      'second review: 4 → Clean',
      { type: 'setReview', reviewId: '4', reviewStatus: 'Clean', requestedBy: 'p' },
      SUBMITTED,
    ],
  ])('reads "%s"', (line, command, state) => {
    expect(summaryOf(command, state)).toBe(line);
  });

  test.each([
    ['a text of a megabyte', 'x'.repeat(1024 * 1024)],
    ['an address', 'canary@example.org'],
    ['several lines', 'a\nb'],
    ['no text', { a: 1 }],
    ['nothing', undefined],
  ])('shows nothing of %s that somebody typed by hand, and stays within the server’s limit', (_, to) => {
    const line = summaryOf({ type: 'changeStatus', to } as CommandRequest, SUBMITTED);
    expect(line).toBe('changeStatus: submitted → ?');
    const inboxId = to as string;
    expect(Buffer.byteLength(summaryOf({ type: 'review', inboxId }, SUBMITTED))).toBeLessThan(200);
  });
});

describe('The last change in the current details', () => {
  it('names both statuses, the command, the version and when', () => {
    const verified = standing(4, { status: 'verified' });
    expect(changeInWords(SUBMITTED, verified, 'changeStatus')).toBe(
      `submitted → verified (changeStatus), version 4 at ${AT}`,
    );
  });

  it('does not make up what an attempt was before this run knew it', () => {
    expect(changeInWords(NOBODY, SUBMITTED, 'changeStatus')).toBe(`submitted (changeStatus), version 3 at ${AT}`);
    expect(changeInWords(NOBODY, SUBMITTED)).toBeNull();
  });

  it('says that it was removed, and shows a change that another attempt’s command made', () => {
    const removed = standing(4, { status: 'submitted', isArchived: true });
    expect(changeInWords(SUBMITTED, removed, 'remove')).toBe(`submitted → removed (remove), version 4 at ${AT}`);
    const reset = standing(5, { status: 'onboarding_reset' });
    expect(changeInWords(SUBMITTED, reset)).toBe(`submitted → onboarding_reset, version 5 at ${AT}`);
  });

  it('is none where nothing was changed', () => {
    expect(changeInWords(SUBMITTED, SUBMITTED, 'changeStatus')).toBeNull();
  });
});
