import { definePlugin } from '../plugin';
import { studentsField } from '../settings-fields';

const STUDENTS = studentsField({ en: 'Students who qualify', nb: 'Studenter som kvalifiserer seg' });

/** People choose, one by one. Choosing nobody is an answer. */
export const select = definePlugin({
  id: 'select',
  version: 1,
  title: { en: 'Chosen by hand', nb: 'Valgt for hånd' },
  description: {
    en: 'You choose the students who qualify. Their results are shown, and play no part.',
    nb: 'Du velger studentene som kvalifiserer seg. Resultatene vises, men teller ikke.',
  },
  settings: { students: STUDENTS },
  prepare: ({ students }) => new Set(students),
  decide: ({ userId }, chosen) => {
    const qualifies = chosen.has(userId);
    return { qualifies, code: qualifies ? 'chosen' : 'not-chosen' };
  },
  summary: ({ students }) => ({ code: 'summary', params: { count: students.length } }),
  messages: {
    en: {
      chosen: 'Chosen by hand.',
      'not-chosen': 'Not chosen.',
      summary: { count: 'count', one: '{count} student chosen by hand.', other: '{count} students chosen by hand.' },
    },
    nb: {
      chosen: 'Valgt for hånd.',
      'not-chosen': 'Ikke valgt.',
      summary: { count: 'count', one: '{count} student valgt for hånd.', other: '{count} studenter valgt for hånd.' },
    },
  },
});

/**
 * A decision without a plugin: somebody hands in the list, and says why in the message. Never offered; a status saved by it
 * names no plugin.
 */
export const decidedElsewhere = definePlugin({
  id: 'none',
  version: 1,
  title: { en: 'Without a plugin', nb: 'Uten programtillegg' },
  description: {
    en: 'The list was decided outside this service. The message says why.',
    nb: 'Listen ble bestemt utenfor denne tjenesten. Meldingen sier hvorfor.',
  },
  settings: { students: STUDENTS },
  prepare: ({ students }) => new Set(students),
  decide: ({ userId }, listed) => {
    const qualifies = listed.has(userId);
    return { qualifies, code: qualifies ? 'listed' : 'not-listed' };
  },
  summary: ({ students }) => ({ code: 'summary', params: { count: students.length } }),
  messages: {
    en: {
      listed: 'On the list that was handed in.',
      'not-listed': 'Not on the list that was handed in.',
      summary: { count: 'count', one: 'A list of {count} student.', other: 'A list of {count} students.' },
    },
    nb: {
      listed: 'På listen som ble levert inn.',
      'not-listed': 'Ikke på listen som ble levert inn.',
      summary: { count: 'count', one: 'En liste med {count} student.', other: 'En liste med {count} studenter.' },
    },
  },
});
