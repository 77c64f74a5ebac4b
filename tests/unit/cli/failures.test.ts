import { describeRefusal, UnreachableError } from '../../../cli/api';
import { causeCode, CommandError, describeFailure, unreadableFile } from '../../../cli/failures';
import { databaseAddress, databaseFailure, temporalFailure } from '../../../cli/servers';
import { ServiceError } from '../../../clients/http/service-error';
import { SettingsError } from '../../../config/settings';

const coded = (code: string, message = 'raw words'): Error => Object.assign(new Error(message), { code });
const API = { api: { value: 'http://127.0.0.1:8080', from: 'the usual address' }, token: 't', tokenFrom: '--token' };

describe('the code of a failure', () => {
  it.each([
    ['of its own', coded('ENOENT'), 'ENOENT'],
    ['of what fetch wraps', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), 'ECONNREFUSED'],
    [
      'of the first of several addresses',
      new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
      'ECONNREFUSED',
    ],
    ['of a time limit', new DOMException('aborted', 'TimeoutError'), 'no answer in time'],
    [
      'inside the words of gRPC',
      Object.assign(new Error('14'), { code: 14, details: 'Last error: connect ECONNREFUSED 127.0.0.1:1.' }),
      'ECONNREFUSED',
    ],
    ['without one, its words', new TypeError('fetch failed', { cause: new Error('bad port') }), 'bad port'],
    ['of nothing', undefined, 'unknown cause'],
  ])('is found: %s', (_where, error, code) => {
    expect(causeCode(error)).toBe(code);
  });
});

describe('a failure is told without a stack', () => {
  it('in its own words where they are meant for operators', () => {
    expect(describeFailure(new CommandError('The file is empty.'))).toBe('The file is empty.');
    expect(describeFailure(new SettingsError(['PORT is not set']))).toContain('- PORT is not set');
    expect(describeFailure(new ServiceError('credit', 'retryable', 'credit answered 503'))).toBe('credit answered 503');
  });

  it('as unexpected where they are not, and never by more than the message', () => {
    expect(describeFailure(new RangeError('too far'))).toBe('Unexpected: too far');
    expect(describeFailure('text')).toBe('Unexpected: text');
  });
});

test.each([
  ['ENOENT', 'course.yaml: there is no such file.'],
  ['EISDIR', 'course.yaml: that is a folder, not a file.'],
  ['EACCES', 'course.yaml: this user may not read it.'],
  ['EIO', 'course.yaml: it cannot be read (EIO).'],
])('A file that ends in %s is told as "%s"', (code, says) => {
  expect(unreadableFile('course.yaml', coded(code)).message).toBe(says);
});

describe('an API that does not answer', () => {
  it('is named with where its address is from and what may be wrong', () => {
    const { message, isUnsent } = new UnreachableError(
      API.api,
      new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }),
    );
    expect(message).toBe(
      'Nothing answers at http://127.0.0.1:8080 (ECONNREFUSED); the address is from the usual address.\n' +
        'Is the API running, in development by `npm start`? --url or INVIGIL_URL name another address.',
    );
    expect(isUnsent).toBe(true);
  });

  it('may have got the request when the connection broke later', () => {
    expect(new UnreachableError(API.api, coded('ECONNRESET')).isUnsent).toBe(false);
    expect(new UnreachableError(API.api, new DOMException('aborted', 'TimeoutError')).isUnsent).toBe(false);
  });
});

describe('a refusal of the API', () => {
  const problem = { type: '/docs/errors#x', title: 'No such exam', status: 404, instance: 'r', code: 'exam-not-found' };

  it('is title, detail and code', () => {
    expect(describeRefusal({ status: 404, text: JSON.stringify(problem) }, API)).toBe('No such exam (exam-not-found)');
    const detailed = JSON.stringify({ ...problem, detail: 'Exam 7 is gone.' });
    expect(describeRefusal({ status: 404, text: detailed }, API)).toBe(
      'No such exam: Exam 7 is gone. (exam-not-found)',
    );
  });

  it('of the token says where the token is from', () => {
    const text = JSON.stringify({ ...problem, title: 'A valid bearer token is needed', code: 'unauthenticated' });
    expect(describeRefusal({ status: 401, text }, API)).toContain('The token is from --token;');
  });

  it.each(['<html>502</html>', '', 'null', '[]', '{"error":"x"}'])('that reads %s is not Invigil’s', (text) => {
    expect(describeRefusal({ status: 502, text }, API)).toBe(
      'http://127.0.0.1:8080 answered 502, and not as Invigil does; the address is from the usual address.',
    );
  });
});

describe('servers that are not there', () => {
  const url = 'postgres://invigil:geheim@db.example.org:6543/exams';

  it.each([
    ['ECONNREFUSED', /^The database at db\.example\.org:6543 cannot be reached \(ECONNREFUSED\)\..*DATABASE_URL/],
    ['28P01', /^The database at db\.example\.org:6543 refuses the login of DATABASE_URL \(28P01\)\.$/],
    ['3D000', /^The server at db\.example\.org:6543 has no database of the name that DATABASE_URL gives\.$/],
  ])('a database that ends in %s is named, its password is not', (code, says) => {
    expect(databaseFailure(url, coded(code))).toMatch(says);
    expect(databaseFailure(url, coded(code))).not.toContain('geheim');
  });

  it('a database without a port is at the usual one', () => {
    expect(databaseAddress('postgres://db/exams')).toBe('db:5432');
    expect(databaseAddress('nonsense')).toBe('an address that is no URL');
  });

  it('Temporal is named with the variable to correct', () => {
    const failed = temporalFailure(
      { temporalAddress: '127.0.0.1:1' },
      new Error('Failed to connect before the deadline'),
    );
    expect(failed).toBe(
      'Temporal at 127.0.0.1:1 cannot be reached (Failed to connect before the deadline). Does it run there, and is TEMPORAL_ADDRESS right?',
    );
  });
});
