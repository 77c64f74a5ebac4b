import { definePlugin } from '../../../domain/qualification/plugin';

/** The example of docs/qualification-plugins.md: half of all assignments must be passed. */
export const plugin = definePlugin({
  id: 'example.half',
  version: 1,
  title: { en: 'Half of the assignments passed', nb: 'Halvparten av oppgavene bestått' },
  description: { en: 'Students qualify when they have passed at least half of the assignments.' },
  settings: {},
  prepare: (_settings, assignments) => Math.ceil(assignments.length / 2),
  decide: ({ results }, needed) => {
    const passed = results.filter(({ best }) => best?.passing === true).length;
    return { qualifies: passed >= needed, code: passed >= needed ? 'enough' : 'too-few', params: { passed, needed } };
  },
  summary: () => ({ code: 'summary' }),
  messages: {
    en: {
      enough: '{passed} assignments passed; {needed} are needed.',
      'too-few': 'Only {passed} assignments passed; {needed} are needed.',
      summary: 'Half of the assignments must be passed.',
    },
  },
});
