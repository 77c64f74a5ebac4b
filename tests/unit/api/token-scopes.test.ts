import { TokenScopes } from '../../../api/auth/token-scopes';

const ISSUER = 'https://issuer.example.org';
const scopes = (claims: object, map: Record<string, Record<string, string[]>> = {}): string[] =>
  [...new TokenScopes(map).of({ iss: ISSUER, sub: 'u', ...claims })].sort();

describe('Scopes of a token', () => {
  it.each([
    ['scope as text', { scope: 'exams:read  attempts:write' }],
    ['scope as list', { scope: ['exams:read', 'attempts:write'] }],
    ['scopes as list', { scopes: ['attempts:write', 'exams:read'] }],
    ['scopes as text', { scopes: 'exams:read attempts:write' }],
    ['scp as text', { scp: 'exams:read attempts:write' }],
    ['scp as list', { scp: ['exams:read', 'attempts:write'] }],
    ['two claims', { scope: 'exams:read', scp: ['attempts:write'] }],
    [
      'words of others among them',
      { scopes: ['read', 'email', 'exams:read', 'user_id', 'attempts:write', 'EXAMS:WRITE'] },
    ],
  ])('are read from %s', (_, claims) => {
    expect(scopes(claims)).toEqual(['attempts:write', 'exams:read']);
  });

  it('are none where there is no such claim or an empty one', () => {
    expect([scopes({}), scopes({ scope: '', scopes: [] })]).toEqual([[], []]);
  });

  it.each([[{ scope: 5 }], [{ scopes: { a: 1 } }], [{ scp: [1] }], [{ scope: null }]])(
    'are not guessed from %j: the token is refused',
    (claims) => {
      expect(() => scopes(claims)).toThrow(/claim (scope|scopes|scp) is malformed/);
    },
  );
});

describe('The scope map', () => {
  const map = { [ISSUER]: { 'azp:console': ['exams:read'], 'preferred_username:exam_worker': ['exams:write'] } };

  it('adds scopes to those of the token, for each claim that matches', () => {
    expect(scopes({ azp: 'console', scope: 'ops:read' }, map)).toEqual(['exams:read', 'ops:read']);
    expect(scopes({ azp: 'console', preferred_username: 'exam_worker' }, map)).toEqual(['exams:read', 'exams:write']);
  });

  it('gives nothing to another client, nor to one of the same name at another issuer', () => {
    expect(scopes({ azp: 'other' }, map)).toEqual([]);
    expect(scopes({ iss: 'https://other.example.org', azp: 'console' }, map)).toEqual([]);
    expect(scopes({ iss: 'constructor', azp: 'console' }, map)).toEqual([]);
  });

  it('gives nothing to a learner whose user name is a service’s client id', () => {
    expect(scopes({ preferred_username: 'console', sub: 'console', client_id: 'console' }, map)).toEqual([]);
  });

  it('compares values as they are: a list or number is no text', () => {
    expect(scopes({ azp: ['console'] }, map)).toEqual([]);
    const byNumber = { [ISSUER]: { 'azp:5': ['exams:read'] } };
    expect([scopes({ azp: 5 }, byNumber), scopes({ azp: '5' }, byNumber)]).toEqual([[], ['exams:read']]);
  });

  it('with a scope that does not exist keeps the API from starting', () => {
    expect(() => scopes({}, { [ISSUER]: { 'azp:x': ['exams:reed'] } })).toThrow(/there is no scope exams:reed/);
  });
});
