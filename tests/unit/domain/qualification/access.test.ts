import {
  decideAccess,
  type PeriodPath,
  type QualificationAct,
  type QualificationPrincipal,
} from '../../../../domain/qualification/access';
import { allowedActs } from '../../../../domain/qualification/allowed-acts';

const ISSUER = 'https://id.example.org';
const listed = (objectId: string, subject: string): PeriodPath['administrators'][number] => {
  return { objectId, objectKind: objectId === 'p1' ? 'period' : 'node', issuer: ISSUER, subject };
};

const PATH: PeriodPath = {
  periodId: 'p1',
  nodes: [
    { nodeId: 'math101', kind: 'subject' },
    { nodeId: 'math', kind: 'department' },
  ],
  administrators: [listed('p1', 'maria'), listed('math101', 'sven'), listed('math', 'dora')],
};

const SCOPES = ['qualification:read', 'qualification:write', 'attempts:take'];

function person(subject: string, given: Partial<QualificationPrincipal> = {}): QualificationPrincipal {
  return { scopes: new Set(SCOPES), person: { issuer: ISSUER, subject }, learnerId: subject, limits: {}, ...given };
}

const machine = (limits: QualificationPrincipal['limits']): QualificationPrincipal => {
  return { scopes: new Set(['qualification:admin']), person: null, learnerId: null, limits };
};

const ACTS = ['see', 'draft', 'save', 'retract', 'mark-exported'] as const;

/** What somebody may do, or the code of the refusal where it is one for everything. */
function actsOf(principal: QualificationPrincipal | null, path: PeriodPath | null = PATH): string {
  const answers = ACTS.map((type) => ({ type, answer: decideAccess(principal, path, { type }) }));
  const allowed = answers.filter(({ answer }) => answer.allowed).map(({ type }) => type);
  const codes = new Set(answers.flatMap(({ answer }) => (answer.allowed ? [] : [answer.code])));
  return allowed.join(' ') || [...codes].join(' ');
}

describe('who may do what with a period', () => {
  it.each([
    ['a person listed on it sees, drafts, saves and retracts', person('maria'), 'see draft save retract'],
    ['so does a person of the subject above it', person('sven'), 'see draft save retract'],
    ['a person of a department marks exports too', person('dora'), 'see draft save retract mark-exported'],
    ['with reading scope alone one only sees', person('dora', { scopes: new Set(['qualification:read']) }), 'see'],
    [
      'with writing scope alone one does not see',
      person('maria', { scopes: new Set(['qualification:write']) }),
      'draft save retract',
    ],
    ['the admin scope does everything', machine({}), 'see draft save retract mark-exported'],
    ['also within its nodes', machine({ nodes: ['math'] }), 'see draft save retract mark-exported'],
    ['and within its periods', machine({ periods: ['p1', 'p9'] }), 'see draft save retract mark-exported'],
    [
      'outside its nodes a period is not found, even with the admin scope',
      machine({ nodes: ['physics'] }),
      'period-not-found',
    ],
    ['nor is it outside its periods', machine({ nodes: ['math'], periods: ['p2'] }), 'period-not-found'],
    ['a limit to nothing finds nothing', machine({ periods: [] }), 'period-not-found'],
    ['a limit holds for people too', person('maria', { limits: { nodes: ['physics'] } }), 'period-not-found'],
    ['a stranger is told that it is not theirs', person('olga'), 'not-period-administrator'],
    [
      'a name of another issuer is another person',
      person('x', { person: { issuer: 'https://evil.example', subject: 'maria' } }),
      'not-period-administrator',
    ],
    [
      'a name without issuer is another person',
      person('x', { person: { issuer: null, subject: 'maria' } }),
      'not-period-administrator',
    ],
    [
      'a machine without the admin scope is nobody',
      { ...machine({}), scopes: new Set(SCOPES) },
      'not-period-administrator',
    ],
    ['without a token nothing is said', null, 'unauthenticated'],
  ])('%s', (_, principal, acts) => {
    expect(actsOf(principal)).toBe(acts);
  });

  it('an unknown period is not found by anybody, and unknown to who has no token', () => {
    expect(actsOf(machine({}), null)).toBe('period-not-found');
    expect(actsOf(person('maria'), null)).toBe('period-not-found');
    expect(actsOf(null, null)).toBe('unauthenticated');
  });

  it('an entry on something that is not above the period gives nothing', () => {
    const elsewhere = { ...listed('physics', 'olga'), objectKind: 'node' as const };
    const sameName = { ...listed('p1', 'olga'), objectKind: 'node' as const };
    expect(actsOf(person('olga'), { ...PATH, administrators: [elsewhere, sameName] })).toBe('not-period-administrator');
  });

  it('a subject above is no department, for marking exports', () => {
    const onBoth = { ...PATH, administrators: [listed('math101', 'sven'), listed('p1', 'sven')] };
    expect(decideAccess(person('sven'), onBoth, { type: 'mark-exported' })).toEqual({
      allowed: false,
      code: 'not-period-administrator',
    });
  });
});

describe("a student's own answer", () => {
  const own: QualificationAct = { type: 'own-answer', userId: 'ann' };

  it('is told to the student, and to who sees the period', () => {
    expect(decideAccess(person('ann'), PATH, own)).toEqual({ allowed: true, as: 'student' });
    expect(decideAccess(person('maria'), PATH, own)).toEqual({ allowed: true, as: 'administrator' });
    expect(decideAccess(machine({}), PATH, own)).toEqual({ allowed: true, as: 'admin-scope' });
  });

  it('is told to no other student, and not by a token that is not for taking exams', () => {
    const refused = { allowed: false, code: 'not-period-administrator' };
    expect(decideAccess(person('bo'), PATH, own)).toEqual(refused);
    expect(decideAccess(person('ann', { scopes: new Set(['qualification:read']) }), PATH, own)).toEqual(refused);
    expect(decideAccess(person('ann', { limits: { periods: ['p2'] } }), PATH, own)).toMatchObject({
      code: 'period-not-found',
    });
  });
});

describe('what a screen offers', () => {
  const yes = { allowed: true, as: 'administrator' } as const;
  const no = { allowed: false, code: 'not-period-administrator' } as const;
  const all = { draft: yes, save: yes, retract: yes, 'mark-exported': yes };
  const calm = { periodEnded: false, importRunning: false, hasStatus: true };
  const reasons = (...args: Parameters<typeof allowedActs>): unknown => {
    const { preview, save, retract, export: exporting } = allowedActs(...args);
    const shown = (one: typeof preview): unknown => (one.allowed ? true : one.reason);
    return { preview: shown(preview), save: shown(save), retract: shown(retract), export: shown(exporting) };
  };

  it('is everything on a quiet day', () => {
    expect(reasons(all, calm)).toEqual({ preview: true, save: true, retract: true, export: true });
  });

  it('is to take back and to export when the period has ended', () => {
    const expected = { preview: 'period-ended', save: 'period-ended', retract: true, export: true };
    expect(reasons(all, { ...calm, periodEnded: true, importRunning: true })).toEqual(expected);
  });

  it('is no saving while results come in, and no export of nothing', () => {
    const expected = { preview: true, save: 'import-running', retract: true, export: 'no-status' };
    expect(reasons(all, { ...calm, importRunning: true, hasStatus: false })).toEqual(expected);
  });

  it('names the right that lacks before anything about the period', () => {
    const expected = { preview: no.code, save: no.code, retract: no.code, export: no.code };
    const none = { draft: no, save: no, retract: no, 'mark-exported': no };
    expect(reasons(none, { periodEnded: true, importRunning: true, hasStatus: false })).toEqual(expected);
  });
});
