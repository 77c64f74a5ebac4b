import { courseIdsOf } from '../../../../domain/exports/channels';
import { decideBeforeLookups, decideWithCourse, decideRecord } from '../../../../domain/exports/decide';
import type { CompletionRecord, ExportRecord, Outcome } from '../../../../domain/exports/model';
import { outcomeOfAll, outcomeOfAlternatives } from '../../../../domain/exports/outcomes';
import { buildRecords } from '../../../../domain/exports/records';
import { selects, parseSingle } from '../../../../domain/exports/selection';
import { transmittedGrade, lastAccepted } from '../../../../domain/exports/transmissions';
import { COURSE, factsWith, reportedPercent, requestWith, sentRow } from './export-facts';

const single = { userId: '100', courseRunId: 'course-v1:a+b+c' };
const passed = { of: 'grade', answer: { found: true, passed: true, percent: reportedPercent('0.9') } } as const;

function recordOf(percent: string, changes: Partial<CompletionRecord> = {}): ExportRecord {
  const answered = { of: 'grade', answer: { found: true, passed: true, percent: reportedPercent(percent) } } as const;
  const built = buildRecords(requestWith(), factsWith(), COURSE, answered);
  if (built.do !== 'send' || built.records[0]?.kind !== 'completion') throw new Error('nothing to send');
  return { ...built.records[0], ...changes };
}

describe('what an export is about', () => {
  it('is everybody, or one learner in one course run, never half of that', () => {
    expect(parseSingle(undefined, undefined)).toEqual({ single: null });
    expect(parseSingle('100', 'run')).toEqual({ single: { userId: '100', courseRunId: 'run' } });
    expect(parseSingle('100', undefined)).toEqual({ refused: 'learner-and-course-run-go-together' });
    expect(parseSingle(undefined, 'run')).toEqual({ refused: 'learner-and-course-run-go-together' });
  });

  it('never includes another customer’s learner, also where the learner is named', () => {
    const { link, ...facts } = factsWith();
    const foreign = { ...facts, link: { ...link, customerId: 'other' } };
    expect(selects(requestWith(), foreign)).toBe(false);
    expect(selects(requestWith({ single, level: 'assessment' }), foreign)).toBe(false);
    expect(selects(requestWith({ single }), factsWith())).toBe(true);
  });
});

describe('the look-ups of one enrollment', () => {
  it('are none for a learner the channel cannot know, unless the caller is owed a report of conflicts', () => {
    const { link, ...facts } = factsWith();
    const unknown = { ...facts, link: { ...link, identity: { ...link.identity, email: null } } };
    const refused = { do: 'skip', reason: 'no-channel-identity' };
    expect(decideWithCourse(requestWith(), unknown, COURSE)).toEqual(refused);
    expect(decideBeforeLookups(requestWith({ level: 'assessment' }), unknown)).toEqual(refused);
    expect(decideWithCourse(requestWith({ single }), unknown, COURSE)).toEqual({ do: 'ask', what: 'grade' });
    const { conflict, ...built } = buildRecords(requestWith({ single }), unknown, COURSE, passed);
    expect(built).toEqual(refused);
    expect(conflict).toMatchObject({ grade: null, gradeFromPlatform: 'Pass' });
    const gradebook = { of: 'gradebook', answer: [] } as const;
    expect(buildRecords(requestWith(), unknown, null, gradebook)).toEqual({ ...refused, conflict: null });
  });

  it('are none where a single assessment was sent with that grade, and the course’s and one more otherwise', () => {
    const request = requestWith({ level: 'assessment', single, asserted: { grade: '0.50', isPassing: false } });
    const sent = factsWith({ transmissions: [sentRow('0.5')] });
    expect(decideBeforeLookups(request, sent)).toEqual({ do: 'skip', reason: 'already-transmitted' });
    expect(decideBeforeLookups(request, factsWith())).toEqual({ do: 'ask', what: 'course' });
    expect(decideWithCourse(request, factsWith(), COURSE)).toEqual({ do: 'ask', what: 'gradebook' });
    expect(decideWithCourse(request, factsWith({ consents: [] }), COURSE)).toEqual({
      do: 'skip',
      reason: 'no-consent',
    });
    expect(decideBeforeLookups(request, factsWith({ consents: [] }))).toEqual({ do: 'skip', reason: 'no-consent' });
  });
});

describe('a finished record', () => {
  it('is sent only for completed courses, and with the percent a channel of percents needs', () => {
    const decisionOn = (record: ExportRecord): unknown => decideRecord(requestWith(), factsWith(), record);
    expect(decisionOn(recordOf('0.9'))).toEqual({ do: 'send' });
    expect(decisionOn(recordOf('0.9', { completedAt: null }))).toEqual({ do: 'skip', reason: 'not-completed' });
    expect(decisionOn(recordOf('A'))).toEqual({ do: 'skip', reason: 'no-percent' });
    const degreed = requestWith({ configuration: { id: 'c1', channel: 'DEGREED2', transmitTotalHours: false } });
    expect(decideRecord(degreed, factsWith(), recordOf('A'))).toEqual({ do: 'send' });
  });

  it('is not sent again while its percent is the same number, however it was written down', () => {
    const facts = factsWith({ transmissions: [sentRow('0.3'), sentRow('0.900', { sequence: 2 })] });
    expect(decideRecord(requestWith(), facts, recordOf('0.9'))).toEqual({ do: 'unchanged' });
    expect(decideRecord(requestWith(), facts, recordOf('0.91'))).toEqual({ do: 'send' });
    expect(decideRecord(requestWith({ skipTransmitted: false }), facts, recordOf('0.9'))).toEqual({ do: 'send' });
  });

  it('of an assessment is decided by its own subsection', () => {
    const gradebook = [
      { subsectionId: 'block-1', subsectionName: 'A', category: null, label: null, ...percents('0.5') },
      { subsectionId: null, subsectionName: 'B', category: null, label: null, ...percents('0.5') },
    ];
    const request = requestWith({ level: 'assessment' });
    const built = buildRecords(request, factsWith(), null, { of: 'gradebook', answer: gradebook });
    const [record] = built.do === 'send' ? built.records : [];
    if (!record) throw new Error('nothing to send');
    const decisionFor = (subsectionId: string): unknown =>
      decideRecord(request, factsWith({ transmissions: [sentRow('0.50', { subsectionId })] }), record);
    expect(decisionFor('block-1')).toEqual({ do: 'unchanged' });
    expect(decisionFor('block-2')).toEqual({ do: 'send' });
  });

  it('is not made where the course is not known', () => {
    const nothing = { do: 'skip', reason: 'no-course-details', conflict: null };
    expect(buildRecords(requestWith(), factsWith(), null, passed)).toEqual(nothing);
  });
});

function percents(given: string): {
  percent: ReturnType<typeof reportedPercent>['value'];
  pointsEarned: null;
  pointsPossible: null;
} {
  return { percent: reportedPercent(given).value, pointsEarned: null, pointsPossible: null };
}

describe('the course of a record', () => {
  it('goes by the run’s own id where the catalog knows no course, and only once', () => {
    const { enrollment } = factsWith();
    expect(courseIdsOf('SAP', enrollment)).toEqual(['a+b', 'course-v1:a+b+c']);
    expect(courseIdsOf('SAP', { ...enrollment, courseKey: null })).toEqual(['course-v1:a+b+c']);
  });
});

describe('the one outcome of an enrollment', () => {
  const failed: Outcome = { kind: 'failed', reason: 'http-500', retryable: true };
  const quarantined: Outcome = { kind: 'quarantined', reason: 'malformed-answer' };

  it('is that of the first record taken, or of the last one tried', () => {
    expect(outcomeOfAlternatives([failed, { kind: 'sent' }])).toEqual({ kind: 'sent' });
    expect(outcomeOfAlternatives([{ kind: 'unchanged' }, failed])).toEqual({ kind: 'unchanged' });
    expect(outcomeOfAlternatives([failed, quarantined])).toEqual(quarantined);
  });

  it('is the most severe where every record counts', () => {
    expect(outcomeOfAll([{ kind: 'sent' }, failed, { kind: 'unchanged' }])).toEqual(failed);
    expect(outcomeOfAll([{ kind: 'skipped', reason: 'no-percent' }, { kind: 'sent' }])).toEqual({ kind: 'sent' });
  });
});

describe('the last transmission', () => {
  it('is the newest accepted row, in whatever order rows are read', () => {
    const rows = [
      sentRow('0.9', { sequence: 7 }),
      sentRow('0.3', { sequence: 2 }),
      sentRow('0.5', { sequence: 9, transmitted: false }),
    ];
    const question = { configurationId: 'c1', enrollmentId: '301', subsectionId: null };
    expect(lastAccepted(rows, question)).toEqual(rows[0]);
    expect(lastAccepted(rows, { ...question, configurationId: 'c2' })).toBeUndefined();
  });

  it('carries a word, a percent, or nothing, as the channel was told', () => {
    expect(transmittedGrade('SAP', recordOf('0.9'))).toBe('Pass');
    expect(transmittedGrade('MOODLE', recordOf('0.90'))).toBe('0.9');
    expect(transmittedGrade('DEGREED', recordOf('0.9'))).toBeNull();
  });
});
