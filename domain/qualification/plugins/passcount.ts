import { definePlugin } from '../plugin';
import { assignmentsField, integerField } from '../settings-fields';

/** At least so many of chosen assignments are passed, whichever: "six of the eight". */
export const passcount = definePlugin({
  id: 'passcount',
  version: 1,
  title: { en: 'Enough assignments passed', nb: 'Nok oppgaver bestått' },
  description: {
    en: 'Students qualify when they have passed a number of the assignments you choose, whichever they are.',
    nb: 'Studentene kvalifiserer seg når de har bestått et antall av oppgavene du velger, uansett hvilke.',
  },
  settings: {
    assignments: assignmentsField({ en: 'Assignments that count', nb: 'Oppgaver som teller' }, 'all'),
    minimumPassed: integerField(
      { en: 'How many of them must be passed', nb: 'Hvor mange av dem som må være bestått' },
      { minimum: 0 },
    ),
  },
  check: ({ assignments, minimumPassed }) =>
    minimumPassed > assignments.length ? [{ pointer: '/minimumPassed', code: 'above-maximum' }] : [],
  prepare: ({ assignments, minimumPassed }) => ({ counted: new Set(assignments), minimum: minimumPassed }),
  decide: ({ results }, { counted, minimum }) => {
    const passed = results.filter(
      ({ assignment, best }) => counted.has(assignment.assignmentId) && best?.passing === true,
    ).length;
    const qualifies = passed >= minimum;
    return { qualifies, code: qualifies ? 'enough-passed' : 'too-few-passed', params: { passed, minimum } };
  },
  summary: ({ assignments, minimumPassed }) => ({
    code: 'summary',
    params: { assignments: { assignments }, minimum: minimumPassed },
  }),
  messages: {
    en: {
      'enough-passed': '{passed} assignments passed; {minimum} are needed.',
      'too-few-passed': 'Only {passed} assignments passed; {minimum} are needed.',
      summary: 'At least {minimum} passed of: {assignments}.',
    },
    nb: {
      'enough-passed': '{passed} oppgaver bestått; {minimum} kreves.',
      'too-few-passed': 'Bare {passed} oppgaver bestått; {minimum} kreves.',
      summary: 'Minst {minimum} bestått av: {assignments}.',
    },
  },
});
