import fc from 'fast-check';
import * as wire from '../../../contracts/attempts/messages';
import * as publishing from '../../../contracts/courses/messages';
import { ERRORS, isErrorCode } from '../../../contracts/errors';
import * as exporting from '../../../contracts/exports/messages';
import { SEARCH_ATTRIBUTES } from '../../../contracts/search-attributes';
import { ATTEMPTS_TASK_QUEUE, EXPORTS_TASK_QUEUE } from '../../../contracts/task-queues';

/** Names running workflows, saved filters and callers depend on. A change here breaks what is already running. */
describe('The names on the wire', () => {
  it('are those of the attempt workflow and its task queue', () => {
    expect(wire.EXAM_ATTEMPT_WORKFLOW).toBe('examAttempt');
    expect(ATTEMPTS_TASK_QUEUE).toBe('attempts');
  });

  it('are those of its updates, signals and query', () => {
    const messages = Object.values(wire).flatMap((one) =>
      typeof one === 'object' && 'type' in one ? [`${one.type} ${one.name}`] : [],
    );
    expect(messages.sort()).toEqual([
      'query state',
      'signal clockChanged',
      'signal declineByCascade',
      'signal providerReady',
      'signal reviewReceived',
      'signal wake',
      'update act',
      'update adjustTime',
      'update changeStatus',
      'update create',
      'update markReadyToResume',
      'update remove',
      'update retryEffect',
      'update setReview',
    ]);
  });

  it('are those of the publish workflow and its update', () => {
    expect(publishing.COURSE_PUBLISH_WORKFLOW).toBe('coursePublish');
    expect(publishing.coursePublishWorkflowId('course-v1:Org+Run')).toBe('course-publish:course-v1%3AOrg%2BRun');
    expect(publishing.publishUpdate).toMatchObject({ type: 'update', name: 'publish' });
  });

  it('are those of learner exports, their task queue and messages', () => {
    expect([exporting.LEARNER_EXPORT_WORKFLOW, exporting.LEARNER_EXPORT_TICK_WORKFLOW, EXPORTS_TASK_QUEUE]).toEqual([
      ...['learnerExport', 'learnerExportTick', 'exports'],
    ]);
    const { openUpdate, pauseSignal, resumeSignal, againSignal, progressQuery } = exporting;
    const messages = [openUpdate, pauseSignal, resumeSignal, againSignal, progressQuery];
    expect(messages.map(({ type, name }) => `${type} ${name}`)).toEqual([
      ...['update open', 'signal pause', 'signal resume', 'signal again', 'query progress'],
    ]);
    const bulk = {
      customerId: 'a:b',
      channelId: 'sap',
      level: 'completion',
      enrollmentId: null,
      dryRun: false,
    } as const;
    const single = { ...bulk, level: 'assessment', enrollmentId: '7', dryRun: true } as const;
    expect([bulk, single].map(exporting.learnerExportWorkflowId)).toEqual([
      ...['learner-export:a%3Ab:sap:completion', 'learner-export:a%3Ab:sap:assessment:7:dry'],
    ]);
  });

  it('are those of the search attributes, with their types', () => {
    expect(Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => `${name} ${type}`)).toEqual([
      'ExamCourseId KEYWORD',
      'ExamId KEYWORD',
      'LearnerId KEYWORD',
      'AttemptPhase KEYWORD',
      'ProctoringProvider KEYWORD',
      'EnterpriseCustomerId KEYWORD',
      'ExportChannel KEYWORD',
      'ExportPhase KEYWORD',
      'NeedsAttention KEYWORD',
      'AttentionReasons KEYWORD_LIST',
      'ReviewDueAt DATETIME',
      'RecordsTotal INT',
      'RecordsFailed INT',
    ]);
    for (const [key, { name }] of Object.entries(SEARCH_ATTRIBUTES)) expect(name).toBe(key);
  });
});

describe('The workflow id of an attempt', () => {
  const anyKey = fc.record({
    examId: fc.integer({ min: 1, max: 2_147_483_647 }),
    userId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    attemptNumber: fc.integer({ min: 1, max: 100_000 }),
  });

  it('is made of exam, learner and number', () => {
    expect(wire.examAttemptWorkflowId({ examId: 7, userId: 'u-1', attemptNumber: 2 })).toBe('exam-attempt:7:u-1:2');
  });

  it('encodes what would otherwise look like another part', () => {
    const id = wire.examAttemptWorkflowId({ examId: 7, userId: 'a:b/c d%é', attemptNumber: 1 });
    expect(id).toBe('exam-attempt:7:a%3Ab%2Fc%20d%25%C3%A9:1');
  });

  it('leads back to the key it was made of, whatever the learner is called', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(wire.attemptKeyOf(wire.examAttemptWorkflowId(key))).toEqual(key);
      }),
    );
  });

  it('is different for different keys', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        const same = wire.examAttemptWorkflowId(one) === wire.examAttemptWorkflowId(other);
        expect(same).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it.each(['course-publish:c', 'exam-attempt:x:u:1', 'exam-attempt:1:u', 'exam-attempt:1:u:1:1', ''])(
    'is not mistaken for that of another kind of workflow (%s)',
    (id) => {
      expect(wire.attemptKeyOf(id)).toBeUndefined();
    },
  );
});

describe('The error table', () => {
  it('gives each code the status callers know', () => {
    const byStatus = Object.entries(ERRORS).map(([code, { status }]) => `${status} ${code}`);
    expect(byStatus.sort()).toEqual([
      '400 bad-request',
      '400 bad-review-status',
      '400 id-too-long',
      '400 learner-and-course-run-go-together',
      '400 level-not-supported',
      '400 unknown-plugin',
      '400 unknown-provider',
      '400 unknown-status',
      '401 unauthenticated',
      '403 action-not-allowed',
      '403 callback-refused',
      '403 insufficient-scope',
      '403 not-period-administrator',
      '403 not-your-attempt',
      '403 suspicious-lookup',
      '404 administrator-not-found',
      '404 allowance-not-found',
      '404 attempt-not-found',
      '404 channel-not-found',
      '404 course-not-found',
      '404 customer-not-found',
      '404 deadline-tag-not-found',
      '404 draft-not-found',
      '404 effect-not-found',
      '404 enrollment-not-found',
      '404 exam-not-found',
      '404 export-not-found',
      '404 learner-not-found',
      '404 node-not-found',
      '404 not-found',
      '404 period-not-found',
      '404 review-not-found',
      '404 status-not-found',
      '404 status-not-ready',
      '404 transmission-not-found',
      '405 method-not-allowed',
      '406 not-acceptable',
      '409 attempt-already-exists',
      '409 attempt-completed',
      '409 channel-disabled',
      '409 channel-kind-fixed',
      '409 draft-already-saved',
      '409 draft-discarded',
      '409 draft-failed',
      '409 draft-not-ready',
      '409 effect-not-failed',
      '409 exam-already-exists',
      '409 exam-inactive',
      '409 exam-not-proctored',
      '409 exam-past-due',
      '409 export-already-running',
      '409 export-ended',
      '409 illegal-status-transition',
      '409 import-running',
      '409 not-resumable',
      '409 period-ended',
      '409 provider-not-configured',
      '409 provider-refused',
      '409 qualification-differs',
      '409 qualification-required',
      '409 request-in-progress',
      '409 review-already-exists',
      '409 status-changed-meanwhile',
      '409 transmission-not-held',
      '409 username-taken',
      '410 draft-expired',
      '412 changed-meanwhile',
      '412 exam-no-longer-proctored',
      '413 draft-too-large',
      '413 payload-too-large',
      '415 unsupported-media-type',
      '422 idempotency-key-reused',
      '500 internal-error',
      '502 provider-removal-failed',
      '503 courses-unavailable',
      '503 credential-keys-missing',
      '503 database-unavailable',
      '503 keys-unavailable',
      '503 outcome-unknown',
      '503 provider-unavailable',
      '503 temporal-unavailable',
    ]);
  });

  it('has a title for people with every code', () => {
    for (const { title } of Object.values(ERRORS)) expect(title).toMatch(/^[A-Z].{5,}[^.]$/);
  });

  it('knows its own codes and no inherited ones', () => {
    expect(Object.keys(ERRORS).every(isErrorCode)).toBe(true);
    expect(['toString', 'constructor', '__proto__', 'nonsense'].filter(isErrorCode)).toEqual([]);
  });
});
