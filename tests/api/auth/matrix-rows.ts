import type { Attempt, Exam } from '../../../domain/attempts/model';

/** What the matrix asks about: all of one course, one customer, one provider, one learner. */
export interface MatrixWorld {
  exam: Exam;
  attempt: Attempt;
  courseId: string;
  customerId: string;
  channelId: string;
  exportId: string;
}

export interface MatrixRow {
  url: (world: MatrixWorld) => string;
  body?: (world: MatrixWorld) => object;
  /** NDJSON instead of a body. */
  lines?: (world: MatrixWorld) => object[];
  /**
   * What a token of something else gets: 404, or a list without the thing, or a report that leaves every line out.
   * `own suite`: the limits of periods and nodes have tests of their own.
   */
  outside: '404' | 'empty list' | 'lines left out' | 'own suite' | 'anonymous';
  /** What another learner gets; absent: learners have no business here (403). */
  otherLearner?: 'not-your-attempt' | 'empty list';
  /** The limits that lie across it, e.g. a callback says nothing of customers. */
  limitedBy?: readonly ('courses' | 'customers' | 'provider')[];
}

const course = ({ courseId }: MatrixWorld): string => `/v1/courses/${encodeURIComponent(courseId)}`;
const exam = ({ exam: { id } }: MatrixWorld): string => `/v1/exams/${id}`;
const attempt = ({ attempt: { code } }: MatrixWorld): string => `/v1/attempts/${code}`;
const customer = ({ customerId }: MatrixWorld): string => `/v1/customers/${customerId}`;
const channel = (world: MatrixWorld): string => `${customer(world)}/channels/${world.channelId}`;
const run = ({ exportId }: MatrixWorld): string => `/v1/exports/${exportId}`;
const vendor = ({ attempt: { externalId } }: MatrixWorld): string => `/v1/providers/psi/attempts/${externalId}`;
const person = { username: 'stranger', email: 'evil@example.org', fullName: 'S' };
const one = (url: MatrixRow['url'], body?: object): MatrixRow => ({
  url,
  outside: '404',
  ...(body ? { body: () => body } : {}),
});

const PERIODS = [
  ...['GET', 'PUT'].map((method) => `${method} /v1/nodes/{nodeId}`),
  'GET /v1/nodes/{nodeId}/administrators',
  'PUT /v1/nodes/{nodeId}/administrators/{subject}',
  'DELETE /v1/nodes/{nodeId}/administrators/{subject}',
  'PUT /v1/deadline-tags/{tagId}',
  'GET /v1/learners/{userId}/qualification',
  'GET /v1/periods/{periodId}',
  'PUT /v1/periods/{periodId}',
  'GET /v1/periods/{periodId}/administrators',
  'PUT /v1/periods/{periodId}/administrators/{subject}',
  'DELETE /v1/periods/{periodId}/administrators/{subject}',
  'POST /v1/periods/{periodId}/import',
  'GET /v1/periods/{periodId}/qualification',
  'GET /v1/periods/{periodId}/qualification/changes',
  'POST /v1/periods/{periodId}/qualification/drafts',
  'GET /v1/periods/{periodId}/qualification/drafts',
  'GET /v1/periods/{periodId}/qualification/drafts/{draftId}',
  'PATCH /v1/periods/{periodId}/qualification/drafts/{draftId}',
  'DELETE /v1/periods/{periodId}/qualification/drafts/{draftId}',
  'GET /v1/periods/{periodId}/qualification/drafts/{draftId}/differences',
  'GET /v1/periods/{periodId}/qualification/drafts/{draftId}/events',
  'GET /v1/periods/{periodId}/qualification/drafts/{draftId}/grid',
  'POST /v1/periods/{periodId}/qualification/drafts/{draftId}/save',
  'GET /v1/periods/{periodId}/qualification/drafts/{draftId}/students',
  'GET /v1/periods/{periodId}/qualification/history',
  'GET /v1/periods/{periodId}/qualification/plugins',
  'GET /v1/periods/{periodId}/qualification/results',
  'POST /v1/periods/{periodId}/qualification/retract',
  'GET /v1/periods/{periodId}/qualification/statuses/{seq}',
  'POST /v1/periods/{periodId}/qualification/statuses/{seq}/exported',
  'GET /v1/periods/{periodId}/qualification/statuses/{seq}/print',
  'GET /v1/periods/{periodId}/qualification/statuses/{seq}/students',
  'GET /v1/periods/{periodId}/qualification/statuses/{seq}/students.csv',
  'POST /v1/periods/{periodId}/qualification/what-if',
  'GET /v1/qualification/overview',
  'GET /v1/qualification/plugins',
];

const SOMEWHERE = /\{\w+\}/g;

/** Every route, by method and address as the document has it. A route without a row fails the matrix. */
export const MATRIX_ROWS: Record<string, MatrixRow> = {
  ...Object.fromEntries(
    PERIODS.map((route) => {
      const path = (route.split(' ')[1] ?? '').replace(SOMEWHERE, '1');
      return [route, { url: () => path, outside: 'own suite' as const }];
    }),
  ),
  ...Object.fromEntries(
    [
      'GET /.well-known/jwks.json',
      'GET /healthz',
      'GET /metrics',
      'GET /readyz',
      'POST /oauth2/access_token',
      'POST /v1/providers/{provider}/reviews',
      'GET /v1/providers/{provider}/start/{attemptCode}',
    ].map((route) => [route, { url: () => '/', outside: 'anonymous' as const }]),
  ),
  'PUT /v1/learners/{userId}': {
    url: ({ attempt: { userId } }) => `/v1/learners/${userId}`,
    body: () => person,
    outside: '404',
  },
  'POST /v1/learners/import': {
    url: () => '/v1/learners/import',
    lines: ({ attempt: { userId } }) => [{ userId, ...person }],
    outside: 'lines left out',
  },
  'PUT /v1/courses/{courseId}': one(course, { name: 'Taken over' }),
  'GET /v1/courses/{courseId}/exams': one((world) => `${course(world)}/exams`),
  'PUT /v1/courses/{courseId}/special-exams': one((world) => `${course(world)}/special-exams`, {
    enableProctoredExams: true,
    enableTimedExams: true,
    exams: [],
  }),
  'POST /v1/exams': {
    url: () => '/v1/exams',
    body: ({ courseId }) => ({ courseId, contentId: 'foreign', examName: 'F', timeLimitMins: 1 }),
    outside: '404',
  },
  'GET /v1/exams/{examId}': one(exam),
  'PATCH /v1/exams/{examId}': one(exam, { examName: 'Taken over' }),
  'GET /v1/exams/{examId}/allowances': one((world) => `${exam(world)}/allowances`),
  'PUT /v1/exams/{examId}/allowances/{userId}/{key}': one((world) => `${exam(world)}/allowances/u-1/note`, {
    value: 'x',
  }),
  'DELETE /v1/exams/{examId}/allowances/{userId}/{key}': one((world) => `${exam(world)}/allowances/u-1/note`),
  'POST /v1/allowances/bulk': {
    url: () => '/v1/allowances/bulk',
    body: ({ exam: { id } }) => ({ examIds: [id], userIds: ['u-1'], key: 'note', value: 'x' }),
    outside: '404',
  },
  'POST /v1/exams/{examId}/attempts': {
    ...one((world) => `${exam(world)}/attempts`, { userId: 'u-1', takingAsProctored: true }),
    otherLearner: 'not-your-attempt',
  },
  'PATCH /v1/exams/{examId}/learners/{userId}/attempt': one((world) => `${exam(world)}/learners/u-1/attempt`, {
    status: 'verified',
  }),
  'DELETE /v1/exams/{examId}/learners/{userId}/attempts': one((world) => `${exam(world)}/learners/u-1/attempts`),
  'GET /v1/attempts': { url: () => '/v1/attempts', outside: 'empty list', otherLearner: 'empty list' },
  'GET /v1/attempts/{attemptCode}': { ...one(attempt), otherLearner: 'not-your-attempt' },
  'GET /v1/attempts/{attemptCode}/events': {
    ...one((world) => `${attempt(world)}/events`),
    otherLearner: 'not-your-attempt',
  },
  'GET /v1/attempts/{attemptCode}/options': {
    ...one((world) => `${attempt(world)}/options`),
    otherLearner: 'not-your-attempt',
  },
  'GET /v1/attempts/{attemptCode}/timeline': {
    ...one((world) => `${attempt(world)}/timeline`),
    otherLearner: 'not-your-attempt',
  },
  'GET /v1/audit': one((world) => `/v1/audit?object=attempt:${world.attempt.code}`),
  'GET /v1/me': { url: () => '/v1/me', outside: 'own suite' },
  'PATCH /v1/attempts/{attemptCode}': one(attempt, { status: 'verified' }),
  'DELETE /v1/attempts/{attemptCode}': one(attempt),
  'POST /v1/attempts/{attemptCode}/actions': {
    ...one((world) => `${attempt(world)}/actions`, { action: 'submit' }),
    otherLearner: 'not-your-attempt',
  },
  'GET /v1/attempts/{attemptCode}/effects': one((world) => `${attempt(world)}/effects`),
  'POST /v1/attempts/{attemptCode}/effects/{effectId}/retry': one((world) => `${attempt(world)}/effects/1/retry`),
  'GET /v1/attempts/{attemptCode}/history': one((world) => `${attempt(world)}/history`),
  'GET /v1/attempts/{attemptCode}/reviews': one((world) => `${attempt(world)}/reviews`),
  'PATCH /v1/reviews/{reviewId}': one(() => '/v1/reviews/1', { reviewStatus: 'Clean' }),
  'POST /v1/providers/{provider}/attempts/{externalId}/ready': {
    ...one((world) => `${vendor(world)}/ready`, { status: 'ready' }),
    limitedBy: ['courses', 'provider'],
  },
  'POST /v1/providers/{provider}/attempts/{externalId}/reviewed': {
    ...one((world) => `${vendor(world)}/reviewed`, { status: 'passed' }),
    limitedBy: ['courses', 'provider'],
  },
  'GET /v1/customers/{customerId}': one(customer),
  'PUT /v1/customers/{customerId}': one(customer, { name: 'Taken over', slug: 's' }),
  'POST /v1/customers/{customerId}/import': {
    url: (world) => `${customer(world)}/import`,
    lines: () => [{ kind: 'learner', userId: 'u-1', email: 'evil@example.org' }],
    outside: '404',
  },
  'GET /v1/customers/{customerId}/channels': one((world) => `${customer(world)}/channels`),
  'GET /v1/customers/{customerId}/channels/{channelId}': one(channel),
  'PUT /v1/customers/{customerId}/channels/{channelId}': one(channel, {
    kind: 'SAP',
    baseUrl: 'https://evil.example.org',
  }),
  'POST /v1/customers/{customerId}/channels/{channelId}/exports': one((world) => `${channel(world)}/exports`, {
    level: 'completion',
  }),
  'GET /v1/customers/{customerId}/transmissions': one((world) => `${customer(world)}/transmissions`),
  'POST /v1/customers/{customerId}/transmissions/{transmissionId}/resolve': one(
    (world) => `${customer(world)}/transmissions/1/resolve`,
    { as: 'sent' },
  ),
  'GET /v1/exports': { url: () => '/v1/exports', outside: 'empty list' },
  'GET /v1/exports/{exportId}': one(run),
  'POST /v1/exports/{exportId}/cancel': one((world) => `${run(world)}/cancel`),
  'POST /v1/exports/{exportId}/pause': one((world) => `${run(world)}/pause`),
  'POST /v1/exports/{exportId}/resume': one((world) => `${run(world)}/resume`),
  'GET /v1/exports/{exportId}/progress': one((world) => `${run(world)}/progress`),
  'GET /v1/exports/{exportId}/records': one((world) => `${run(world)}/records`),
};
