import {
  decodeCertificate,
  decodeCourse,
  decodeGrade,
  decodeGradebook,
} from '../../../../domain/exports/decode-answers';
import { readMoment } from '../../../../domain/exports/moments';

const MALFORMED = { ok: false, reason: 'malformed-answer' };

describe('the answer of the grades service', () => {
  it('counts only the row of the learner asked for, and takes no number or flag of another kind', () => {
    const rows = [
      { username: 'other', passed: true, percent: 1 },
      { username: 'me', passed: 'yes', percent: true },
    ];
    const answer = { found: true, passed: null, percent: { value: null, asGiven: null } };
    expect(decodeGrade(rows, 'me')).toEqual({ ok: true, answer });
    expect(decodeGrade(rows, 'nobody')).toEqual({ ok: true, answer: { found: false } });
  });

  it.each([{}, 'text', null, [1], [null]])('is malformed as %j', (body) => {
    expect(decodeGrade(body, 'me')).toEqual(MALFORMED);
  });
});

describe('the answer of the certificates service', () => {
  it.each([[[]], [null], [{ created_date: 7 }], [{ created_date: '2021-13-45T00:00:00Z' }]])(
    'is malformed as %j',
    (body) => {
      expect(decodeCertificate(body)).toEqual(MALFORMED);
    },
  );

  it('keeps the words of a percent that is no number', () => {
    const decoded = decodeCertificate({ is_passing: true, grade: '98%', created_date: '2020-12-23' });
    expect(decoded).toEqual({
      ok: true,
      answer: { found: true, isPassing: true, percent: { value: null, asGiven: '98%' }, createdAt: 'unreadable' },
    });
  });
});

describe('the answer of the courses service', () => {
  const run = 'course-v1:a+b+c';

  it('may have no name, pacing or end, and words for an end are no end', () => {
    const bare = { courseRunId: run, title: null, pacing: null, end: null, estimatedHours: null };
    expect(decodeCourse({}, run, null)).toEqual({ ok: true, answer: bare });
    expect(decodeCourse({ end: 'soon', name: 7 }, run, null)).toEqual({ ok: true, answer: bare });
  });

  it.each([[null], [[]], [{ end: '2021-02-30T00:00:00Z' }]])('is malformed as %j', (body) => {
    expect(decodeCourse(body, run, 5)).toEqual(MALFORMED);
  });
});

describe('the answer of the gradebook', () => {
  const section = { attempted: true, subsection_name: 'A', percent: 0.5, module_id: 'block-1' };

  it('may be the learner’s row itself', () => {
    const decoded = decodeGradebook({ username: 'me', section_breakdown: [section] }, 'me');
    expect(decoded).toMatchObject({ ok: true, answer: [{ subsectionId: 'block-1', percent: '0.5', label: null }] });
  });

  it('is empty without a row of the learner, or without sections', () => {
    expect(decodeGradebook({ results: [{ username: 'you', section_breakdown: [section] }] }, 'me')).toEqual({
      ok: true,
      answer: [],
    });
    expect(decodeGradebook({ username: 'me' }, 'me')).toEqual({ ok: true, answer: [] });
  });

  it.each([[null], ['x'], [{ username: 'me', section_breakdown: 1 }], [{ username: 'me', section_breakdown: [1] }]])(
    'is malformed as %j',
    (body) => {
      expect(decodeGradebook(body, 'me')).toEqual(MALFORMED);
    },
  );
});

describe('a written instant', () => {
  it.each([
    ['2021-06-01T00:30:00+02:00', '2021-05-31T22:30:00.000Z', '2021-06-01'],
    ['2021-06-01 10:05', '2021-06-01T10:05:00.000Z', '2021-06-01'],
    ['2021-06-01T10:05:06.1239999Z', '2021-06-01T10:05:06.123Z', '2021-06-01'],
    ['2021-06-01T23:30:00-0130', '2021-06-02T01:00:00.000Z', '2021-06-01'],
    ['2021-06-01T23:30:00-01', '2021-06-02T00:30:00.000Z', '2021-06-01'],
  ])('%s is %s, on the day %s where it was written', (text, at, day) => {
    expect(readMoment(text)).toEqual({ at: new Date(at), day });
  });

  it.each(['2021-06-31T00:00:00Z', '2021-13-01T00:00:00Z', '2021-06-01T24:00:00Z', '2021-06-01T10:60:00Z'])(
    '%s names no instant',
    (text) => {
      expect(readMoment(text)).toBe('impossible');
    },
  );

  it.each(['', '2021-06-01', 'yesterday', '2021-06-01T10'])('"%s" is not readable as one', (text) => {
    expect(readMoment(text)).toBe('unreadable');
  });
});
