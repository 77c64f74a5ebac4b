import { definePlugin } from '../plugin';
import { assignmentsField } from '../settings-fields';
import { passesRequired, REQUIRED_MESSAGES_EN, REQUIRED_MESSAGES_NB } from './required-assignments';

/** Chosen assignments must be passed, each of them; the others play no part. */
export const approvedSubset = definePlugin({
  id: 'approved.subset',
  version: 1,
  title: { en: 'Chosen assignments passed', nb: 'Utvalgte oppgaver bestått' },
  description: {
    en: 'Students qualify when they have passed every one of the assignments you choose.',
    nb: 'Studentene kvalifiserer seg når de har bestått hver av oppgavene du velger.',
  },
  settings: {
    assignments: assignmentsField(
      { en: 'Assignments that must be passed', nb: 'Oppgaver som må være bestått' },
      'none',
    ),
  },
  prepare: ({ assignments }) => new Set(assignments),
  decide: (student, required) => passesRequired(student, (id) => required.has(id)),
  summary: ({ assignments }) => ({ code: 'summary', params: { assignments: { assignments } } }),
  messages: {
    en: { ...REQUIRED_MESSAGES_EN, summary: 'Must be passed: {assignments}.' },
    nb: { ...REQUIRED_MESSAGES_NB, summary: 'Må være bestått: {assignments}.' },
  },
});
