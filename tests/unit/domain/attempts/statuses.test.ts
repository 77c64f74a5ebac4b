import { resolveRules } from '../../../../domain/attempts/rule-overrides';
import { classic, current } from '../../../../domain/attempts/rule-sets';
import { isCompleted, isIncomplete, isKnownStatus, phaseOf } from '../../../../domain/attempts/statuses';
import { loadGolden } from '../../../golden/load';
import { attempt, exam } from './decision-context';

describe('the statuses', () => {
  it('fall into the classes of the specification under classic', () => {
    const { status_classes: classes } = loadGolden('seed_variants') as never as {
      status_classes: Record<'incomplete' | 'completed', Parameters<typeof isIncomplete>[0][]>;
    };
    expect(classes.incomplete.filter(isIncomplete)).toEqual(classes.incomplete);
    expect(classes.completed.filter((status) => isCompleted(status, classic))).toEqual(classes.completed);
  });

  it('know not_reviewed under classic only, where it is completed', () => {
    expect(isKnownStatus('not_reviewed', classic)).toBe(true);
    expect(isKnownStatus('not_reviewed', current)).toBe(false);
    expect(isCompleted('not_reviewed', classic)).toBe(true);
    expect(isCompleted('not_reviewed', current)).toBe(false);
    expect(isKnownStatus('no_such_status', current)).toBe(false);
  });

  it.each([
    ['eligible', 'open'],
    ['ready_to_start', 'open'],
    ['started', 'in_exam'],
    ['ready_to_submit', 'in_exam'],
    ['submitted', 'awaiting_review'],
    ['second_review_required', 'awaiting_review'],
    ['verified', 'decided'],
    ['declined', 'decided'],
    ['onboarding_reset', 'decided'],
    ['expired', 'decided'],
  ])('are shown to operators: %s is in phase %s', (status, phase) => {
    expect(phaseOf(attempt(status))).toBe(phase);
  });

  it('await no review where nobody records one', () => {
    expect(phaseOf(attempt('submitted', { takingAsProctored: false }))).toBe('decided');
    expect(phaseOf(attempt('submitted', {}, exam('onboarding')))).toBe('decided');
  });
});

describe('a rule set', () => {
  it('is chosen by name, and overrides are laid over it', () => {
    expect(resolveRules('classic')).toEqual(classic);
    const overrides = {
      allowTimedOutState: true,
      cascadingStatuses: [],
      reviewSlaMs: 0,
      notReviewedStatus: 'rejected',
    };
    expect(resolveRules('current', overrides)).toEqual({ ...current, ...overrides });
  });

  it('is refused by an unknown name', () => {
    expect(() => resolveRules('modern')).toThrow('unknown rule set "modern": expected classic or current');
  });

  it('is refused with every unknown or ill-typed field named', () => {
    const overrides = {
      sameStatusIsNop: true,
      toString: true,
      reviewSlaMs: -1,
      passingReviewStatuses: 'Clean',
      secondReviewForFailures: 'yes',
      notReviewedStatus: 'nowhere',
    };
    expect(() => resolveRules('current', overrides)).toThrow(
      'rule set "current": sameStatusIsNop: unknown field; toString: unknown field; reviewSlaMs: bad value -1; ' +
        'passingReviewStatuses: bad value "Clean"; secondReviewForFailures: bad value "yes"; ' +
        'notReviewedStatus: bad value "nowhere"',
    );
  });

  it('checks the words of lists one by one', () => {
    expect(() => resolveRules('current', { passingReviewStatuses: ['Clean', 1] })).toThrow('passingReviewStatuses');
    expect(() => resolveRules('current', { reviewCheckOrder: ['status', 'mood'] })).toThrow('reviewCheckOrder');
    expect(resolveRules('current', { passingReviewStatuses: ['Clean'] }).passingReviewStatuses).toEqual(['Clean']);
  });
});
