import { evaluate } from '../../../../domain/qualification/evaluation';
import { definePlugin } from '../../../../domain/qualification/plugin';
import { approvedSubset } from '../../../../domain/qualification/plugins/approved-subset';
import { passcount } from '../../../../domain/qualification/plugins/passcount';
import { points } from '../../../../domain/qualification/plugins/points';
import { select } from '../../../../domain/qualification/plugins/select';
import { checkSettings } from '../../../../domain/qualification/settings-check';
import { assignmentsField } from '../../../../domain/qualification/settings-fields';
import { initialSettings, settingsSchema } from '../../../../domain/qualification/settings-form';
import { assignmentWith, gradedGroup, semesterOf } from '../../../support/period-builders';

const ASSIGNMENTS = ['a1', 'a2', 'a3'].map((id) => assignmentWith(id));
const scope = { assignments: ASSIGNMENTS, studentIds: new Set(['ann', 'bo']) };

describe('settings somebody chose', () => {
  it.each([
    [
      'nothing at all',
      undefined,
      [
        { pointer: '/assignments', code: 'required' },
        { pointer: '/minimumPoints', code: 'required' },
      ],
    ],
    ['a list', [], [{ pointer: '', code: 'wrong-type' }]],
    ['null', null, [{ pointer: '', code: 'wrong-type' }]],
    [
      'an empty list of assignments',
      { assignments: [], minimumPoints: 0 },
      [{ pointer: '/assignments', code: 'empty-list' }],
    ],
    [
      'one name instead of a list',
      { assignments: 'a1', minimumPoints: 0 },
      [{ pointer: '/assignments', code: 'wrong-type' }],
    ],
    [
      'a number among the names',
      { assignments: ['a1', 2], minimumPoints: 0 },
      [{ pointer: '/assignments/1', code: 'wrong-type' }],
    ],
    [
      'an assignment of another period',
      { assignments: ['a1', 'b1'], minimumPoints: 0 },
      [{ pointer: '/assignments/1', code: 'unknown-assignment', value: 'b1' }],
    ],
    [
      'a negative minimum',
      { assignments: ['a1'], minimumPoints: -1 },
      [{ pointer: '/minimumPoints', code: 'below-minimum' }],
    ],
    [
      'half a point',
      { assignments: ['a1'], minimumPoints: 1.5 },
      [{ pointer: '/minimumPoints', code: 'not-an-integer' }],
    ],
    [
      'no number at all',
      { assignments: ['a1'], minimumPoints: Number.NaN },
      [{ pointer: '/minimumPoints', code: 'not-an-integer' }],
    ],
    [
      'a number in quotes',
      { assignments: ['a1'], minimumPoints: '5' },
      [{ pointer: '/minimumPoints', code: 'wrong-type' }],
    ],
    [
      'settings of another plugin',
      { students: ['ann'] },
      [
        { pointer: '/students', code: 'unknown-field' },
        { pointer: '/assignments', code: 'required' },
        { pointer: '/minimumPoints', code: 'required' },
      ],
    ],
    [
      'a name with a slash in it',
      { assignments: ['a1'], minimumPoints: 0, 'a/b~': 1 },
      [{ pointer: '/a~1b~0', code: 'unknown-field' }],
    ],
    [
      'a name every object has',
      { assignments: ['a1'], minimumPoints: 0, constructor: 1 },
      [{ pointer: '/constructor', code: 'unknown-field' }],
    ],
  ])('are refused when they are %s, each fault by its pointer', (_, given, faults) => {
    expect(points.configure(given, scope)).toEqual({ faults });
  });

  it('name students of the period, who are named back where they are none', () => {
    const fault = { pointer: '/students/1', code: 'unknown-student', value: 'candidate' };
    expect(select.configure({ students: ['ann', 'candidate'] }, scope)).toEqual({ faults: [fault] });
    expect(select.configure({ students: [] }, scope)).toEqual({ settings: { students: [] } });
  });

  it('want no more passed than are chosen', () => {
    const chosen = { assignments: ['a1', 'a2', 'a2'] };
    const fault = { pointer: '/minimumPassed', code: 'above-maximum' };
    expect(passcount.configure({ ...chosen, minimumPassed: 3 }, scope)).toEqual({ faults: [fault] });
    expect(passcount.configure({ ...chosen, minimumPassed: 2 }, scope)).toHaveProperty('settings.minimumPassed', 2);
  });

  it('are the same settings in whatever order, and however often, the same was chosen', () => {
    const answer = approvedSubset.configure({ assignments: ['a3', 'a1', 'a3'] }, scope);
    expect(answer).toEqual({ settings: { assignments: ['a1', 'a3'] } });
    expect(select.configure({ students: ['bo', 'ann', 'bo'] }, scope)).toEqual({
      settings: { students: ['ann', 'bo'] },
    });
  });

  it('may be switches and choices too', () => {
    const fields = {
      strict: { type: 'boolean', title: { en: 'Strict' } },
      kind: { type: 'string', enum: ['oral', 'written'], title: { en: 'Kind' } },
      most: { type: 'integer', minimum: 0, maximum: 9, title: { en: 'Most' } },
    } as const;
    const right = { strict: false, kind: 'oral', most: 9 };
    expect(checkSettings(fields, scope, right)).toEqual({ settings: right });
    const codes = ['wrong-type', 'not-offered', 'above-maximum'];
    const wrong = checkSettings(fields, scope, { strict: 1, kind: 'sung', most: 10 });
    expect('faults' in wrong && wrong.faults.map(({ code }) => code)).toEqual(codes);
    expect(checkSettings(fields, scope, { ...right, kind: 1 })).toHaveProperty('faults.0.code', 'wrong-type');
    expect(settingsSchema(fields, 'nb')).toHaveProperty('properties.most', {
      type: 'integer',
      title: 'Most',
      minimum: 0,
      maximum: 9,
    });
    expect(settingsSchema(fields, 'en')).toMatchObject({
      properties: { strict: { type: 'boolean' }, kind: { type: 'string', enum: ['oral', 'written'] } },
    });
  });
});

describe('settings that were saved', () => {
  it('still decide when an assignment is gone: what is left of the choice counts', () => {
    const groups = [gradedGroup(1, 'a1', ['ann'], [[50, true]])];
    const later = semesterOf(ASSIGNMENTS.slice(0, 1), ['ann'], groups);
    const { decisions } = evaluate(approvedSubset, { assignments: ['a1', 'a3'] }, later);
    expect(decisions).toMatchObject([{ qualifies: true, reason: { code: 'all-passed', params: { count: 1 } } }]);
  });
});

describe('settings that were saved, for a rule that counts them', () => {
  const half = definePlugin({
    id: 'half',
    version: 1,
    title: { en: 'Half' },
    description: { en: 'Half of the chosen assignments have a result.' },
    settings: { assignments: assignmentsField({ en: 'Assignments' }, 'all') },
    prepare: ({ assignments }) => assignments.length / 2,
    decide: ({ results }, needed) => ({ qualifies: results.filter(({ best }) => best).length >= needed, code: 'said' }),
    summary: () => ({ code: 'said' }),
    messages: { en: { said: 'Said.' } },
  });

  it('hold no assignment that is gone, so that half of two is not half of four', () => {
    const now = semesterOf(ASSIGNMENTS.slice(0, 2), ['ann'], [gradedGroup(1, 'a1', ['ann'], [[1, true]])]);
    const { decisions } = evaluate(half, { assignments: ['a1', 'a2', 'gone', 'gone too'] }, now);
    expect(decisions.map(({ qualifies }) => qualifies)).toEqual([true]);
  });
});

describe("a plugin's form", () => {
  it('is made from a JSON Schema with titles in the language of the reader', () => {
    expect(settingsSchema(points.fields, 'nb')).toEqual({
      type: 'object',
      properties: {
        assignments: {
          type: 'array',
          title: 'Oppgaver som teller',
          minItems: 1,
          uniqueItems: true,
          items: { type: 'string', 'x-one-of': 'assignments' },
        },
        minimumPoints: { type: 'integer', title: 'Poeng som kreves til sammen', minimum: 0 },
      },
      required: ['assignments', 'minimumPoints'],
      additionalProperties: false,
    });
  });

  it('begins with what the plugin says where nothing was chosen yet', () => {
    expect(initialSettings(points.fields, ASSIGNMENTS, null)).toEqual({ assignments: ['a1', 'a2', 'a3'] });
    expect(initialSettings(approvedSubset.fields, ASSIGNMENTS, null)).toEqual({ assignments: [] });
  });

  it('begins with what was chosen last, without what is gone', () => {
    const last = { assignments: ['a2', 'gone'], minimumPoints: 40 };
    expect(initialSettings(points.fields, ASSIGNMENTS, last)).toEqual({ assignments: ['a2'], minimumPoints: 40 });
    expect(initialSettings(select.fields, ASSIGNMENTS, { students: ['ann'] })).toEqual({ students: ['ann'] });
  });
});
