import type { AssignmentGroup } from '../../../../domain/qualification/model';
import { definePlugin } from '../../../../domain/qualification/plugin';
import { approvedAll } from '../../../../domain/qualification/plugins/approved-all';
import { approvedSubset } from '../../../../domain/qualification/plugins/approved-subset';
import { passcount } from '../../../../domain/qualification/plugins/passcount';
import { points } from '../../../../domain/qualification/plugins/points';
import { decidedElsewhere, select } from '../../../../domain/qualification/plugins/select';
import { offeredPlugins, SHIPPED_PLUGINS } from '../../../../domain/qualification/plugins/shipped';
import { periodResults } from '../../../../domain/qualification/results';
import { integerField } from '../../../../domain/qualification/settings-fields';
import { inWords } from '../../../../domain/qualification/text';
import { assignmentWith, gradedGroup } from '../../../support/period-builders';
import { describePlugin, type PluginPeriod } from './describe-plugin';

const NUMBERS = Array.from({ length: 24 }, (_, index) => index);
const userOf = (index: number): string => `u${String(index).padStart(2, '0')}`;

/**
 * Student i passes week 1; week 2 unless i is a multiple of 3; week 3 unless i is a multiple of 4, whose groups wait again;
 * student 5 has two groups in week 2, of which the failing one has more points; a candidate who is no student is in a group.
 */
function groupsOf(index: number): AssignmentGroup[] {
  const [base, members] = [index * 10, [userOf(index)]];
  const waiting = gradedGroup(base + 3, 'a3', members, [[80, true]]);
  return [
    gradedGroup(base + 1, 'a1', members, [
      [10, false],
      [50, true],
    ]),
    gradedGroup(base + 2, 'a2', members, index % 3 === 0 ? [[20, false]] : [[60, true]]),
    index % 4 === 0 ? { ...waiting, isOpen: true } : waiting,
    ...(index === 5 ? [gradedGroup(base + 4, 'a2', [...members, 'candidate'], [[70, false]])] : []),
  ];
}

const PERIOD: PluginPeriod = {
  assignments: [assignmentWith('a3'), assignmentWith('a1'), assignmentWith('a2')],
  students: [
    ...NUMBERS.map((index) => ({ userId: userOf(index), related: true })),
    { userId: 'candidate', related: false },
  ],
  groups: NUMBERS.flatMap(groupsOf),
};

const passing = (test: (index: number) => boolean): string[] => NUMBERS.filter(test).map(userOf);

describePlugin(approvedAll, {
  period: PERIOD,
  settings: {},
  expected: passing((index) => index % 3 !== 0 && index % 4 !== 0 && index !== 5),
});

describePlugin(approvedSubset, {
  period: PERIOD,
  settings: { assignments: ['a2', 'a1'] },
  expected: passing((index) => index % 3 !== 0 && index !== 5),
});

describePlugin(points, {
  period: PERIOD,
  settings: { assignments: ['a3', 'a1', 'a2'], minimumPoints: 150 },
  expected: passing((index) => index % 4 !== 0),
});

describePlugin(passcount, {
  period: PERIOD,
  settings: { assignments: ['a1', 'a2', 'a3'], minimumPassed: 3 },
  expected: passing((index) => index % 3 !== 0 && index % 4 !== 0 && index !== 5),
});

for (const plugin of [select, decidedElsewhere]) {
  const chosen = ['u07', 'u03'];
  describePlugin(plugin, { period: PERIOD, settings: { students: chosen }, expected: chosen });
}

describe('plugins on offer', () => {
  it('are the five shipped ones, in this order, each speaking Norwegian', () => {
    const ids = ['approved.all', 'approved.subset', 'points', 'passcount', 'select'];
    expect(SHIPPED_PLUGINS.map(({ id }) => id)).toEqual(ids);
    for (const { title, description, messages } of [...SHIPPED_PLUGINS, decidedElsewhere]) {
      expect([title.nb, description.nb, messages.nb]).not.toContain(undefined);
    }
  });

  it('are those that are named, in the order they are named in, each once', () => {
    const offered = offeredPlugins(SHIPPED_PLUGINS, ['select', 'points', 'select']);
    expect(offered.map(({ id }) => id)).toEqual(['select', 'points']);
  });

  it('end the start when one is named that nobody has, or two have one id', () => {
    expect(() => offeredPlugins(SHIPPED_PLUGINS, ['points', 'pionts'])).toThrow('There is no plugin pionts');
    expect(() => offeredPlugins([points, points])).toThrow('Two plugins are called points.');
  });
});

describe('a plugin made by somebody else', () => {
  const definition = {
    id: 'early-birds',
    version: 2,
    title: { en: 'Early birds' },
    description: { en: 'Students qualify with enough results before somebody counts.' },
    settings: { results: integerField({ en: 'Results' }, { minimum: 1, maximum: 3 }) },
    prepare: ({ results }: { results: number }) => results,
    decide: ({ results }: { results: readonly { best: unknown }[] }, needed: number) => {
      const found = results.filter(({ best }) => best !== null).length;
      return { qualifies: found >= needed, code: 'found' as const, params: { found } };
    },
    summary: ({ results }: { results: number }) => ({ code: 'summary' as const, params: { results } }),
    messages: {
      en: { found: { count: 'found', one: '{found} result', other: '{found} results' }, summary: '{results}' },
    },
  };

  describePlugin(definePlugin(definition), {
    period: PERIOD,
    settings: { results: 3 },
    expected: passing((index) => index % 4 !== 0),
  });

  it('is refused where it is made when its id or version cannot be one', () => {
    expect(() => definePlugin({ ...definition, id: 'Early birds' })).toThrow('is no plugin id');
    expect(() => definePlugin({ ...definition, version: 0 })).toThrow('must be 1 or more');
    expect(() => definePlugin({ ...definition, version: 1.5 })).toThrow('must be 1 or more');
  });
});

describe('the words of a reason', () => {
  const names = new Map([
    ['a1', 'Week 1'],
    ['a2', 'Week 2'],
    ['a3', 'Week 3'],
  ]);
  const reasonFor = (userId: string): { en: string; nb: string } => {
    const rule = approvedAll.ruleFor({}, PERIOD.assignments);
    const student = resultsFor(userId);
    const { reason } = rule(student);
    return {
      en: inWords(approvedAll.messages, reason, { language: 'en', names }),
      nb: inWords(approvedAll.messages, reason, { language: 'nb', names }),
    };
  };

  it.each([
    ['u01', 'All 3 required assignments are passed.', 'Alle 3 obligatoriske oppgaver er bestått.'],
    ['u03', 'Week 2 is not passed: 20 of 100 points.', 'Week 2 er ikke bestått: 20 av 100 poeng.'],
    ['u04', 'Week 3 has no result.', 'Week 3 har ikke noe resultat.'],
    ['u12', 'Not passed: Week 2. No result: Week 3.', 'Ikke bestått: Week 2. Uten resultat: Week 3.'],
    ['nobody', 'No result: Week 1, Week 2, and Week 3.', 'Uten resultat: Week 1, Week 2 og Week 3.'],
  ])('say of %s in English and in Norwegian what lacks by name', (userId, en, nb) => {
    expect(reasonFor(userId)).toEqual({ en, nb });
  });

  it('choose the form the number asks for', () => {
    const summaryOf = (students: string[]): string =>
      inWords(select.messages, select.summaryOf({ students }), { language: 'nb', names });
    expect([summaryOf(['u01']), summaryOf(['u01', 'u02'])]).toEqual([
      '1 student valgt for hånd.',
      '2 studenter valgt for hånd.',
    ]);
  });

  it('fall back to English, then to the code, so that an old status can still be read', () => {
    const english = { en: { late: 'Too late on {assignment}.' } };
    const late = { code: 'late', params: { assignment: { assignment: 'gone' } } };
    expect(inWords(english, late, { language: 'nb', names })).toBe('Too late on gone.');
    expect(inWords(english, { code: 'other', params: {} }, { language: 'nb', names })).toBe('other');
  });
});

function resultsFor(userId: string): Parameters<ReturnType<typeof approvedAll.ruleFor>>[0] {
  const students = [{ userId, related: true }];
  const [found] = periodResults(PERIOD.assignments, students, PERIOD.groups);
  if (found === undefined) throw new Error(`no results of ${userId}`);
  return found;
}
