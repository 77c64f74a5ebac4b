import { clockFindings } from '../../../../cli/doctor/clocks';
import { databaseFindings, type DatabaseObservation } from '../../../../cli/doctor/database';
import { well, problem, warning } from '../../../../cli/doctor/finding';
import { keyFindings, type ObservedKeys } from '../../../../cli/doctor/keys';
import { nodeFindings } from '../../../../cli/doctor/node';
import { doctorReport, isWell } from '../../../../cli/doctor/report';
import { settingsFindings } from '../../../../cli/doctor/settings';
import { temporalFindings, type TemporalObservation } from '../../../../cli/doctor/temporal';
import { readSettings, SettingsError } from '../../../../config/settings';

const SETTINGS = readSettings({ DATABASE_URL: 'postgres://invigil@127.0.0.1:5432/invigil' });
const DAY_MS = 86_400_000;

/** The words are for people. */
const levels = (findings: { level: string }[]): string[] => findings.map(({ level }) => level);

test('Each fault of the settings is a line of its own, and nothing else is looked at.', () => {
  expect(levels(settingsFindings(SETTINGS))).toEqual(['ok']);
  const faulty = settingsFindings(new SettingsError(['PORT must be a whole number', 'DATABASE_URL is not set']));
  expect(faulty.map(({ check, level, seen }) => [check, level, seen])).toEqual([
    ['settings', 'problem', 'PORT must be a whole number'],
    ['settings', 'problem', 'DATABASE_URL is not set'],
    ['everything else', 'problem', 'not looked at'],
  ]);
});

test('An old Node is wrong.', () => {
  expect(levels(nodeFindings('20.19.0'))).toEqual(['ok']);
  expect(levels(nodeFindings('18.20.8'))).toEqual(['problem']);
});

describe('the database', () => {
  const well: DatabaseObservation = {
    version: '17.2 (Debian 17.2-1)',
    address: 'db:5432',
    clockAheadMs: 3,
    migrations: { applied: ['0001-a', '0002-b'], pending: [], unknown: [] },
    providersInUse: [],
  };

  it('is well with every migration of this release', () => {
    expect(levels(databaseFindings(well))).toEqual(['ok', 'ok']);
  });

  it('names the pending migrations and the command', () => {
    const [, finding] = databaseFindings({ ...well, migrations: { applied: [], pending: ['0002-b'], unknown: [] } });
    expect(finding).toEqual(problem('migrations', 'pending: 0002-b', 'invigil migrate'));
  });

  it('of a newer release is worth a look, not wrong: an older one may have been brought back', () => {
    const findings = databaseFindings({
      ...well,
      migrations: { applied: ['0001-a', '9-z'], pending: [], unknown: ['9-z'] },
    });
    expect(levels(findings)).toEqual(['ok', 'ok', 'warning']);
    expect(findings[2]?.seen).toContain('9-z');
  });

  it('that is too old, or not there, is wrong', () => {
    expect(levels(databaseFindings({ ...well, version: '13.18' }))).toEqual(['problem', 'ok']);
    expect(levels(databaseFindings({ failure: 'The database at db:5432 cannot be reached.' }))).toEqual(['problem']);
  });
});

describe('Temporal', () => {
  const well: TemporalObservation = {
    address: 'temporal:7233',
    namespaceName: 'exams',
    version: '1.29.1',
    visibilityStore: 'postgres12',
    namespace: { retentionMs: 30 * DAY_MS, attributes: { faults: [], used: { Keyword: 9, Datetime: 1, Int: 2 } } },
  };
  const withNamespace = (changed: object): TemporalObservation =>
    ({ ...well, namespace: { ...well.namespace, ...changed } }) as TemporalObservation;

  it('is well with its namespace and all search attributes, and says how many of a SQL store are used', () => {
    const findings = temporalFindings(well);
    expect(levels(findings)).toEqual(['ok', 'ok', 'ok']);
    expect(findings[2]?.seen).toMatch(
      /^all \d+ are there; used: Keyword 9 of 10, KeywordList 0 of 3, Datetime 1 of 3, Int 2 of 3$/,
    );
  });

  it('without the namespace is wrong and looked at no further', () => {
    const findings = temporalFindings({ ...well, namespace: null });
    expect(levels(findings)).toEqual(['ok', 'problem']);
    expect(findings[1]?.remedy).toContain('namespace create --retention 720h --namespace exams');
  });

  it('that cannot be reached is one line', () => {
    expect(levels(temporalFindings({ failure: 'cannot be reached' }))).toEqual(['problem']);
  });

  it.each([
    [7 * DAY_MS, 'ok', '7 days'],
    [7 * DAY_MS - 1, 'warning', '6 days'],
    [DAY_MS, 'warning', '24 hours'],
    [null, 'ok', 'exams is there'],
  ])('keeps closed workflows for %s ms: %s', (retentionMs, level, says) => {
    const finding = temporalFindings(withNamespace({ retentionMs }))[1];
    expect(finding?.level).toBe(level);
    expect(finding?.seen).toContain(says);
  });

  const missing = (...names: string[]) => names.map((name) => ({ name, fault: 'missing' as const }));

  it('that lacks attributes gives the command that adds them', () => {
    const attributes = { faults: missing('NeedsAttention', 'RecordsTotal'), used: { Keyword: 8, Int: 1 } };
    const finding = temporalFindings(withNamespace({ attributes }))[2];
    expect(finding?.level).toBe('problem');
    expect(finding?.seen).toContain(
      '--namespace exams --name NeedsAttention --type Keyword --name RecordsTotal --type Int',
    );
    expect(finding?.remedy).toContain('run that command');
  });

  it('that has no room for them says so; a search engine has room', () => {
    const attributes = { faults: missing('NeedsAttention'), used: { Keyword: 10 } };
    expect(temporalFindings(withNamespace({ attributes }))[2]?.remedy).toContain('no room');
    const elastic = { ...withNamespace({ attributes }), visibilityStore: 'elasticsearch' };
    expect(temporalFindings(elastic)[2]?.remedy).toContain('run that command');
  });

  it('with an attribute of another type needs another namespace', () => {
    const attributes = { faults: [{ name: 'ExamId', fault: 'wrong-type' }], used: {} };
    const finding = temporalFindings(withNamespace({ attributes }))[2];
    expect(finding).toMatchObject({
      level: 'problem',
      remedy: expect.stringContaining('namespace of its own') as string,
    });
  });

  it('that does not list them leaves that to a person', () => {
    const finding = temporalFindings(withNamespace({ attributes: null }))[2];
    expect(finding?.level).toBe('warning');
    expect(finding?.remedy).toContain('ExamCourseId (Keyword)');
  });
});

describe('keys', () => {
  const issuer = { name: 'https://id.example.org', isNamed: true, keySet: { keys: 2 } };
  const well: ObservedKeys = { issuers: [issuer], sealing: { count: 1, currentId: 'k1' } };
  const withKeySet = (keySet: ObservedKeys['issuers'][number]['keySet']): ObservedKeys => ({
    ...well,
    issuers: [{ ...issuer, keySet }],
  });
  const withoutIssuers = { ...well, issuers: [] };

  it('of an issuer and for sealing are well', () => {
    expect(levels(keyFindings(well))).toEqual(['ok', 'ok']);
  });

  it.each([
    ['none at all', withoutIssuers, 'problem'],
    ['an issuer that does not answer', withKeySet({ failure: 'ENOTFOUND' }), 'problem'],
    ['an empty set', withKeySet({ keys: 0 }), 'problem'],
    ['a development key', { ...withoutIssuers, devKey: { file: 'k.json' } }, 'ok'],
    ['a development key that cannot be read', { ...withoutIssuers, devKey: { failure: 'gone' } }, 'problem'],
  ])('%s is %s', (_what, observed, level) => {
    expect(keyFindings(observed)[0]?.level).toBe(level);
  });

  it('of each issuer have a line, with its name', () => {
    const second = { name: 'https://lms.example.org', isNamed: true, keySet: { failure: 'keys answered 500' } };
    const findings = keyFindings({ ...well, issuers: [issuer, second] });
    expect(levels(findings)).toEqual(['ok', 'problem', 'ok']);
    expect(findings[1]?.seen).toBe('https://lms.example.org gives no keys (keys answered 500)');
  });

  it('without issuer and audience take anybody’s tokens', () => {
    expect(levels(keyFindings({ ...well, issuers: [{ ...issuer, isNamed: false }] }))).toEqual(['ok', 'warning', 'ok']);
  });

  it('for sealing may be missing, at a price', () => {
    const { sealing: _sealing, ...without } = well;
    expect(keyFindings(without).at(-1)?.level).toBe('warning');
  });
});

describe('clocks', () => {
  it('within two seconds agree, either way', () => {
    expect(levels(clockFindings({ database: 2_000, API: -2_000, "Temporal's UI": null }))).toEqual(['ok']);
  });

  it('further apart are named one by one', () => {
    const findings = clockFindings({ database: 2_001, API: -90_000, other: 0 });
    expect(levels(findings)).toEqual(['warning', 'warning']);
    expect(findings.map(({ seen }) => seen)).toEqual(['database is 2.0 s ahead of ours', 'API is 90.0 s behind ours']);
  });

  it('that cannot be read are nothing to be sure about', () => {
    expect(levels(clockFindings({ database: null, API: null }))).toEqual(['warning']);
  });
});

test('The report has a line per finding, the remedy under it, and counts; warnings alone are well.', () => {
  const findings = [well('node', '20.19.0'), warning('mail', 'not configured', 'set SMTP_URL')];
  expect(isWell(findings)).toBe(true);
  expect(isWell([...findings, problem('database', 'gone', 'start it')])).toBe(false);
  expect(doctorReport([...findings, problem('database', 'gone', 'start it')]).split('\n')).toEqual([
    '✓ node     20.19.0',
    '! mail     not configured',
    '           → set SMTP_URL',
    '✗ database gone',
    '           → start it',
    '',
    '1 well, 1 to look at, 1 wrong',
  ]);
});
