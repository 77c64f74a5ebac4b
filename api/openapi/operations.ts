import { type Operation, operation } from './operation';
import { QUALIFICATION_OPERATIONS } from './qualification-operations';

/** How each route is called in the contract. One that is not here has no place in the document: building it fails. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /healthz': operation('getHealth', 'Says that the process lives'),
  'GET /readyz': operation('getReadiness', 'Says whether database and Temporal can be reached'),
  'GET /metrics': operation('getMetrics', 'Counters and durations for Prometheus'),

  'POST /oauth2/access_token': operation('issueVendorToken', 'Gives a vendor a token for its callbacks'),
  'GET /.well-known/jwks.json': operation('listVendorTokenKeys', 'The keys that vendors’ tokens are verified with'),

  'GET /v1/me': operation('getMe', 'Says who the token is for, and what that one may'),

  'PUT /v1/learners/:userId': operation('putLearner', 'Creates or replaces a learner'),
  'POST /v1/learners/import': operation('importLearners', 'Creates or replaces learners, one JSON object per line'),
  'PUT /v1/courses/:courseId': operation('putCourse', 'Creates or replaces a course'),
  'PUT /v1/courses/:courseId/special-exams': operation(
    'publishSpecialExams',
    'Makes the exams of a course as published',
  ),
  'GET /v1/courses/:courseId/exams': operation('listExams', 'Lists the exams of a course'),
  'POST /v1/exams': operation('createExam', 'Creates an exam'),
  'GET /v1/exams/:examId': operation('getExam', 'Reads an exam'),
  'PATCH /v1/exams/:examId': operation('updateExam', 'Changes an exam'),
  'GET /v1/exams/:examId/allowances': operation('listAllowances', 'Lists the allowances on an exam'),
  'PUT /v1/exams/:examId/allowances/:userId/:key': operation('putAllowance', 'Gives a learner an allowance on an exam'),
  'DELETE /v1/exams/:examId/allowances/:userId/:key': operation('removeAllowance', 'Takes an allowance back'),
  'POST /v1/allowances/bulk': operation('putAllowances', 'Gives learners one allowance on several exams'),
  'PUT /v1/courses/:courseId/clock': operation('moveClock', 'Moves the clock of a course, for tests'),

  'POST /v1/exams/:examId/attempts': operation('createAttempt', 'Begins an attempt'),
  'GET /v1/attempts': operation('listAttempts', 'Lists attempts'),
  'GET /v1/attempts/:attemptCode': operation('getAttempt', 'Reads an attempt'),
  'PATCH /v1/attempts/:attemptCode': operation('changeAttempt', 'Changes the status of an attempt'),
  'DELETE /v1/attempts/:attemptCode': operation('removeAttempt', 'Removes an attempt; it stays readable'),
  'GET /v1/attempts/:attemptCode/history': operation(
    'listAttemptHistory',
    'Lists what an attempt was before its changes',
  ),
  'GET /v1/attempts/:attemptCode/effects': operation('listAttemptEffects', 'Lists what an attempt does outside'),
  'GET /v1/attempts/:attemptCode/options': operation(
    'getAttemptOptions',
    'Says what may be done with an attempt, what would follow, and why the rest may not',
  ),
  'GET /v1/attempts/:attemptCode/events': operation('followAttempt', 'Follows an attempt as server-sent events'),
  'GET /v1/attempts/:attemptCode/timeline': operation(
    'getAttemptTimeline',
    'Tells everything that happened to an attempt, by whom and why',
  ),
  'POST /v1/attempts/:attemptCode/effects/:effectId/retry': operation('retryEffect', 'Tries a failed effect again'),
  'POST /v1/attempts/:attemptCode/actions': operation(
    'actOnAttempt',
    'Does what learners and staff do with an attempt',
  ),
  'PATCH /v1/exams/:examId/learners/:userId/attempt': operation(
    'changeCurrentAttempt',
    'Changes the status of a learner’s current attempt',
  ),
  'DELETE /v1/exams/:examId/learners/:userId/attempts': operation(
    'removeAttempts',
    'Removes all attempts of a learner',
  ),

  'POST /v1/providers/:provider/reviews': operation('receiveReview', 'Takes in a review from SoftwareSecure'),
  'GET /v1/providers/:provider/start/:attemptCode': operation('launchExam', 'Leads the exam browser to the exam'),
  'POST /v1/providers/:provider/attempts/:externalId/ready': operation(
    'receiveReady',
    'Takes in that the provider is ready',
  ),
  'POST /v1/providers/:provider/attempts/:externalId/reviewed': operation(
    'receiveReviewed',
    'Takes in a review (edX REST)',
  ),
  'GET /v1/attempts/:attemptCode/reviews': operation('listReviews', 'Lists the reviews of an attempt'),
  'PATCH /v1/reviews/:reviewId': operation('updateReview', 'Sets a person’s verdict on a review'),

  'GET /v1/audit': operation('listAudit', 'Lists who did what to what, newest first'),

  'GET /v1/customers/:customerId': operation('getCustomer', 'Reads a customer'),
  'PUT /v1/customers/:customerId': operation('putCustomer', 'Creates or replaces a customer'),
  'POST /v1/customers/:customerId/import': operation(
    'importCustomer',
    'Takes in learners, enrollments, consents and earlier transmissions, one JSON object per line',
  ),
  'GET /v1/customers/:customerId/channels': operation('listChannels', 'Lists the channels of a customer'),
  'GET /v1/customers/:customerId/channels/:channelId': operation('getChannel', 'Reads a channel'),
  'PUT /v1/customers/:customerId/channels/:channelId': operation('putChannel', 'Creates or replaces a channel'),
  'GET /v1/customers/:customerId/transmissions': operation('listTransmissions', 'Lists what was sent of a customer'),
  'POST /v1/customers/:customerId/transmissions/:transmissionId/resolve': operation(
    'resolveTransmission',
    'Says of a held transmission whether it arrived; the same said again changes nothing',
  ),
  'POST /v1/customers/:customerId/channels/:channelId/exports': operation('startExport', 'Starts an export'),
  'GET /v1/exports': operation('listExports', 'Lists exports'),
  'GET /v1/exports/:exportId': operation('getExport', 'Reads an export'),
  'POST /v1/exports/:exportId/pause': operation('pauseExport', 'Pauses an export'),
  'POST /v1/exports/:exportId/resume': operation('resumeExport', 'Goes on with a paused export'),
  'POST /v1/exports/:exportId/cancel': operation('cancelExport', 'Ends an export before its end'),
  'GET /v1/exports/:exportId/records': operation(
    'listExportRecords',
    'Lists the outcomes of an export, as JSON, NDJSON or CSV',
  ),
  'GET /v1/exports/:exportId/progress': operation('followExport', 'Follows an export as server-sent events'),

  ...QUALIFICATION_OPERATIONS,
};
