import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadQualificationPlugins } from '../../../config/qualification-plugins';
import { periodResults } from '../../../domain/qualification/results';

const ROOT = join(__dirname, '../../..');
const EXAMPLE = join(ROOT, 'tests/support/plugins/half-passed.ts');

describe('The configured plugins', () => {
  it('are those that come with the service, then those of the named files', () => {
    const ids = loadQualificationPlugins({ pluginModules: [EXAMPLE] }).map(({ id }) => id);
    expect(ids).toEqual(['approved.all', 'approved.subset', 'points', 'passcount', 'select', 'example.half']);
  });

  it('are offered in the order they are named in, and no others', () => {
    const plugins = ['example.half', 'points'];
    const ids = loadQualificationPlugins({ pluginModules: [EXAMPLE], plugins }).map(({ id }) => id);
    expect(ids).toEqual(plugins);
  });

  it.each([
    [{ pluginModules: [], plugins: ['nothing'] }, /There is no plugin nothing/],
    [{ pluginModules: [join(ROOT, 'domain/qualification/ids.ts')] }, /exports no plugin/],
    [{ pluginModules: ['/nowhere/plugin.js'] }, /Cannot find module/],
    [{ pluginModules: [EXAMPLE, EXAMPLE] }, /Two plugins are called example.half/],
  ])('end the start where they cannot be had: %j', (settings, problem) => {
    expect(() => loadQualificationPlugins(settings)).toThrow(problem);
  });

  it('include the example of the documentation, letter by letter, and it decides as it says', () => {
    const page = readFileSync(join(ROOT, 'docs/qualification-plugins.md'), 'utf8');
    const source = readFileSync(EXAMPLE, 'utf8');
    expect(page).toContain(source.slice(source.indexOf('export const plugin')).trim());
    const [plugin] = loadQualificationPlugins({ pluginModules: [EXAMPLE], plugins: ['example.half'] });
    const at = new Date('2026-01-01T00:00:00Z');
    const assignment = (assignmentId: string) => {
      return { assignmentId, shortName: '', longName: '', publishedAt: at, maxPoints: 10, passingPoints: 5 };
    };
    const assignments = ['a', 'b', 'c'].map(assignment);
    const group = (groupId: number, assignmentId: string) => {
      const feedback = [{ feedbackId: '1', points: 9, grade: '', isPassing: true, savedAt: at }];
      return { groupId, assignmentId, members: ['ada'], isOpen: false, deadlines: [{ deadlineAt: at, feedback }] };
    };
    const students = ['ada', 'bo'].map((userId) => ({ userId, related: true }));
    const results = periodResults(assignments, students, [group(1, 'a'), group(2, 'b')]);
    const decide = plugin?.ruleFor({}, assignments);
    expect(results.map((student) => decide?.(student))).toEqual([
      { qualifies: true, reason: { code: 'enough', params: { passed: 2, needed: 2 } } },
      { qualifies: false, reason: { code: 'too-few', params: { passed: 0, needed: 2 } } },
    ]);
  });
});
