import { definePlugin } from '../plugin';
import { assignmentsField, integerField } from '../settings-fields';

/** The points of chosen assignments together reach a minimum. Failed ones count with the points they got. */
export const points = definePlugin({
  id: 'points',
  version: 1,
  title: { en: 'Enough points', nb: 'Nok poeng' },
  description: {
    en: 'Students qualify when their points on the assignments you choose add up to a minimum.',
    nb: 'Studentene kvalifiserer seg når poengene på oppgavene du velger til sammen når en grense.',
  },
  settings: {
    assignments: assignmentsField({ en: 'Assignments whose points count', nb: 'Oppgaver som teller' }, 'all'),
    minimumPoints: integerField({ en: 'Points needed in total', nb: 'Poeng som kreves til sammen' }, { minimum: 0 }),
  },
  prepare: ({ assignments, minimumPoints }) => ({ counted: new Set(assignments), minimum: minimumPoints }),
  decide: ({ results }, { counted, minimum }) => {
    const total = results.reduce(
      (sum, { assignment, best }) => sum + (counted.has(assignment.assignmentId) ? (best?.points ?? 0) : 0),
      0,
    );
    const qualifies = total >= minimum;
    return { qualifies, code: qualifies ? 'enough-points' : 'too-few-points', params: { total, minimum } };
  },
  summary: ({ assignments, minimumPoints }) => ({
    code: 'summary',
    params: { assignments: { assignments }, minimum: minimumPoints },
  }),
  messages: {
    en: {
      'enough-points': '{total} points; {minimum} are needed.',
      'too-few-points': 'Only {total} points; {minimum} are needed.',
      summary: 'At least {minimum} points in total on: {assignments}.',
    },
    nb: {
      'enough-points': '{total} poeng; {minimum} kreves.',
      'too-few-points': 'Bare {total} poeng; {minimum} kreves.',
      summary: 'Minst {minimum} poeng til sammen på: {assignments}.',
    },
  },
});
