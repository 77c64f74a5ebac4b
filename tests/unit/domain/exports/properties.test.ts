import fc from 'fast-check';
import {
  decideBeforeLookups,
  decideWithCourse,
  decideRecord,
  type LookupAnswer,
} from '../../../../domain/exports/decide';
import { toDecimal } from '../../../../domain/exports/decimal';
import { CHANNEL_KINDS, type EnrollmentFacts, type ExportRequest } from '../../../../domain/exports/model';
import { buildRecords } from '../../../../domain/exports/records';
import { sameGrade } from '../../../../domain/exports/transmissions';
import { COURSE, factsWith, reportedPercent, requestWith, sentRow } from './export-facts';

const grade = fc.constantFrom(null, 'Pass', 'Fail', 'In Progress', '0.9', '0.90', '0');
const percent = fc.constantFrom('0.9', '0', '1', 'A', '98%').map(reportedPercent);

const requests = fc
  .record({
    level: fc.constantFrom('completion', 'assessment'),
    channel: fc.constantFrom(...CHANNEL_KINDS),
    single: fc.boolean(),
    reported: fc.boolean(),
    skipTransmitted: fc.boolean(),
    claimed: grade,
  })
  .map(({ level, channel, single, reported, skipTransmitted, claimed }): ExportRequest => {
    const customer = { id: 'acme', enableAuditEnrollment: reported, enableAuditDataReporting: true };
    return requestWith({
      level,
      customer,
      skipTransmitted,
      asserted: { grade: claimed, isPassing: true },
      configuration: { id: 'c1', channel, transmitTotalHours: true },
      single: single ? { userId: '100', courseRunId: 'course-v1:a+b+c' } : null,
    });
  });

const factSets = fc
  .record({
    mode: fc.constantFrom(null, 'audit', 'honor', 'verified'),
    consents: fc.array(fc.record({ courseId: fc.constantFrom('course-v1:a+b+c', 'a+b'), granted: fc.boolean() })),
    remoteId: fc.constantFrom(null, 'remote-0'),
    email: fc.constantFrom(null, '', 'learner@example.com'),
    sent: fc.array(fc.record({ grade, transmitted: fc.boolean(), configurationId: fc.constantFrom('c1', 'c2') })),
    userExists: fc.boolean(),
  })
  .map(({ mode, consents, remoteId, email, sent, userExists }): EnrollmentFacts => {
    const { enrollment, link } = factsWith();
    return factsWith({
      enrollment: { ...enrollment, mode },
      link: { ...link, userExists, identity: { remoteId, email, clickThrough: null } },
      transmissions: sent.map(({ grade: sentGrade, ...row }, sequence) => sentRow(sentGrade, { ...row, sequence })),
      consents,
    });
  });

const courses = fc.option(
  fc
    .record({ pacing: fc.constantFrom('self', 'instructor', null), ends: fc.boolean() })
    .map(({ pacing, ends }) => ({ ...COURSE, pacing, end: ends ? COURSE.end : null })),
);

const flag = fc.constantFrom(true, false, null);
const answers = fc.record({
  grade: fc.oneof(
    fc.constant({ found: false } as const),
    fc.record({ found: fc.constant(true as const), passed: flag, percent }),
  ),
  certificate: fc.oneof(
    fc.constant({ found: false } as const),
    fc.record({
      found: fc.constant(true as const),
      isPassing: flag,
      percent,
      createdAt: fc.constantFrom('not-given' as const, 'unreadable' as const, COURSE.end ?? ('not-given' as const)),
    }),
  ),
  gradebook: fc.constantFrom(
    [],
    [
      {
        subsectionId: 'block-1',
        subsectionName: 'A',
        category: null,
        label: null,
        percent: toDecimal(0.5),
        pointsEarned: null,
        pointsPossible: null,
      },
    ],
  ),
});

type Inputs = [typeof requests, typeof factSets, typeof courses, typeof answers] extends infer Parts
  ? { [At in keyof Parts]: Parts[At] extends fc.Arbitrary<infer Value> ? Value : never }
  : never;

/** Everything that becomes of an enrollment: the ends it comes to, the questions asked on the way, and its records. */
function played([request, facts, course, given]: Inputs): { ends: string[]; questions: string[]; records: unknown } {
  const questions: string[] = [];
  let step = decideBeforeLookups(request, facts);
  if (step.do === 'ask' && step.what === 'course') {
    questions.push('course');
    step = decideWithCourse(request, facts, course);
  }
  if (step.do === 'skip') return { ends: [step.reason], questions, records: [] };
  if (step.what === 'course') return { ends: [], questions, records: [] };
  questions.push(step.what);
  const built = buildRecords(request, facts, course, { of: step.what, answer: given[step.what] } as LookupAnswer);
  if (built.do === 'skip') return { ends: [built.reason], questions, records: [] };
  const [first] = built.records.map((record) => decideRecord(request, facts, record).do);
  return { ends: first === undefined ? [] : [first], questions, records: built.records };
}

describe('every selected enrollment', () => {
  it('comes to exactly one end, with at most one question about its course and one about its learner', () => {
    fc.assert(
      fc.property(requests, factSets, courses, answers, (...inputs) => {
        const { ends, questions } = played(inputs);
        expect(ends).toHaveLength(1);
        expect(questions.filter((what) => what !== 'course').length).toBeLessThanOrEqual(1);
        expect(questions.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
  });

  it('yields the same records whenever it is decided on the same facts', () => {
    fc.assert(
      fc.property(requests, factSets, courses, answers, (...inputs) => {
        expect(played(structuredClone(inputs))).toEqual(played(inputs));
      }),
    );
  });
});

describe('grades', () => {
  it('are the same exactly when they are the same number, whatever zeros and exponents they are written with', () => {
    const digits = fc.integer({ min: -99_999, max: 99_999 });
    const zeros = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(digits, digits, zeros, (one, other, more) => {
        const written = `${(one / 1000).toFixed(3)}${'0'.repeat(more)}`;
        expect(sameGrade(written, `${one}e-3`)).toBe(true);
        expect(sameGrade(written, String(one / 1000))).toBe(true);
        expect(sameGrade(written, (other / 1000).toFixed(3))).toBe(one === other);
      }),
    );
  });

  it.each([
    ['-0.0', '0'],
    ['1e3', '1000'],
    ['12e-4', '0.0012'],
    ['.5', '0.5'],
    ['007', '7'],
    [0.57, '0.57'],
  ])('written %s are %s', (given, decimal) => {
    expect(toDecimal(given)).toBe(decimal);
  });

  it.each(['', '.', 'A', '98%', '1,5', null, undefined, true, NaN, Infinity])('are no numbers as %p', (given) => {
    expect(toDecimal(given)).toBeNull();
  });
});
