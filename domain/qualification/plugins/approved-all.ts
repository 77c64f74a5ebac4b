import { definePlugin } from '../plugin';
import { passesRequired, REQUIRED_MESSAGES_EN, REQUIRED_MESSAGES_NB } from './required-assignments';

/** Every assignment of the period must be passed, planned ones too: who decides early decides without them in sight. */
export const approvedAll = definePlugin({
  id: 'approved.all',
  version: 1,
  title: { en: 'All assignments passed', nb: 'Alle oppgaver bestått' },
  description: {
    en: 'Students qualify when they have passed every assignment of the semester.',
    nb: 'Studentene kvalifiserer seg når de har bestått hver oppgave i semesteret.',
  },
  settings: {},
  prepare: () => null,
  decide: (student) => passesRequired(student, () => true),
  summary: () => ({ code: 'summary' }),
  messages: {
    en: { ...REQUIRED_MESSAGES_EN, summary: 'All assignments must be passed.' },
    nb: { ...REQUIRED_MESSAGES_NB, summary: 'Alle oppgaver må være bestått.' },
  },
});
