import { well, problem, warning } from '../../../../cli/doctor/finding';
import { mailFindings } from '../../../../cli/doctor/mail';
import { type ObservedProvider, providerFindings } from '../../../../cli/doctor/providers';
import { type ObservedService, serviceFindings } from '../../../../cli/doctor/services';
import { readSettings } from '../../../../config/settings';

const SETTINGS = readSettings({ DATABASE_URL: 'postgres://invigil@127.0.0.1:5432/invigil' });

const levels = (findings: { level: string }[]): string[] => findings.map(({ level }) => level);

describe('services of the platform', () => {
  const service = (name: ObservedService['name'], answer: ObservedService['answer']): ObservedService => ({
    name,
    variable: `${name.toUpperCase()}_URL`,
    answer,
  });
  const answering = (status: number): ObservedService['answer'] => ({
    origin: 'https://lms',
    probe: { status, ms: 4, aheadMs: 0 },
  });

  it.each([
    [200, 'ok'],
    [401, 'ok'],
    [404, 'ok'],
    [500, 'ok'],
    [502, 'warning'],
    [503, 'warning'],
  ])('that answer %i are %s', (status, level) => {
    expect(levels(serviceFindings([service('credit', answering(status))], SETTINGS))).toEqual([level]);
  });

  it('that do not answer are wrong, those left out worth a look', () => {
    const gone = service('grades', { origin: 'https://lms', probe: { failure: 'ECONNREFUSED' } });
    expect(serviceFindings([gone, service('courses', null)], SETTINGS)).toEqual([
      problem('grades', 'https://lms cannot be reached (ECONNREFUSED)', 'start it, or correct GRADES_URL'),
      warning('courses', 'not configured: its effects are skipped', 'set COURSES_URL'),
    ]);
  });

  it('take tokens only with address and credentials', () => {
    const tokens = service('platform tokens', null);
    const settings = (services: object) => ({ services: { timeoutMs: 1, ...services } });
    expect(levels(serviceFindings([tokens], settings({})))).toEqual(['ok']);
    expect(levels(serviceFindings([tokens], settings({ clientId: 'a', clientSecret: 'b' })))).toEqual(['problem']);
    const withAddress = service('platform tokens', answering(400));
    expect(levels(serviceFindings([withAddress], settings({ tokenUrl: 'https://lms' })))).toEqual(['ok', 'problem']);
  });
});

describe('providers', () => {
  const provider: ObservedProvider = {
    name: 'rest',
    ruleSet: 'current',
    answer: { origin: 'https://vendor', probe: { status: 404, ms: 9, aheadMs: null } },
    hasCredentials: true,
  };

  it('are named with their rule set', () => {
    const [finding] = providerFindings([provider], [{ provider: 'rest', courses: 3, attempts: 2 }]);
    expect(finding).toEqual(well('provider rest', 'rule set current; https://vendor answers (404, 9 ms)'));
  });

  it.each([
    ['that is nowhere', { ...provider, answer: null }, 'ok'],
    ['that does not answer', { ...provider, answer: { origin: 'x', probe: { failure: 'ENOTFOUND' } } }, 'problem'],
    ['without credentials', { ...provider, hasCredentials: false }, 'warning'],
  ])('%s: %s', (_what, observed, level) => {
    expect(levels(providerFindings([observed], []))).toEqual([level]);
  });

  it('that courses name and nobody configured are wrong', () => {
    const findings = providerFindings([provider], [{ provider: 'psi', courses: 2, attempts: 0 }]);
    expect(levels(findings)).toEqual(['ok', 'problem']);
    expect(findings[1]?.seen).toBe('2 courses name psi, which is not configured; 0 attempts have work ahead there');
    const left = providerFindings([provider], [{ provider: 'psi', courses: 0, attempts: 7 }]);
    expect(left[1]?.seen).toBe('0 courses name psi, which is not configured; 7 attempts have work ahead there');
  });

  it('that are retired are fine, but not for courses that still name them', () => {
    const retired = { ...provider, retired: true };
    const findings = (courses: number) => providerFindings([retired], [{ provider: 'rest', courses, attempts: 5 }]);
    expect(levels(findings(0))).toEqual(['ok']);
    expect(findings(0)[0]?.seen).toMatch(/^rule set current; retired; /);
    expect(levels(findings(1))).toEqual(['ok', 'warning']);
  });

  it('may be none as long as no course names one', () => {
    expect(levels(providerFindings([], []))).toEqual(['warning']);
  });
});

test('Mail is well, not configured, or refused.', () => {
  expect(levels(mailFindings({ host: 'mail:1025' }))).toEqual(['ok']);
  expect(levels(mailFindings(null))).toEqual(['warning']);
  expect(levels(mailFindings({ host: 'mail:1025', failure: 'no greeting' }))).toEqual(['problem']);
});
