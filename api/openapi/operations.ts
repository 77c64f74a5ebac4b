export interface Operation {
  /** What a generated client calls it; kept for ever. */
  operationId: string;
  /** What it does, in one line. */
  summary: string;
}

const line = (operationId: string, summary: string): Operation => ({ operationId, summary });

/** How each route is called in the contract. One that is not here has no place in the document: building it fails. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /healthz': line('getHealth', 'Says that the process lives'),
  'GET /readyz': line('getReadiness', 'Says whether database and Temporal can be reached'),
  'GET /metrics': line('getMetrics', 'Counters and durations for Prometheus'),

  'POST /oauth2/access_token': line('issueVendorToken', 'Gives a vendor a token for its callbacks'),
  'GET /.well-known/jwks.json': line('listVendorTokenKeys', 'The keys that vendors’ tokens are verified with'),

  'PUT /v1/learners/:userId': line('putLearner', 'Creates or replaces a learner'),
  'POST /v1/learners/import': line('importLearners', 'Creates or replaces learners, one JSON object per line'),
  'PUT /v1/courses/:courseId': line('putCourse', 'Creates or replaces a course'),
  'PUT /v1/courses/:courseId/special-exams': line('publishSpecialExams', 'Makes the exams of a course as published'),
  'GET /v1/courses/:courseId/exams': line('listExams', 'Lists the exams of a course'),
  'POST /v1/exams': line('createExam', 'Creates an exam'),
  'GET /v1/exams/:examId': line('getExam', 'Reads an exam'),
  'PATCH /v1/exams/:examId': line('updateExam', 'Changes an exam'),
  'GET /v1/exams/:examId/allowances': line('listAllowances', 'Lists the allowances on an exam'),
  'PUT /v1/exams/:examId/allowances/:userId/:key': line('putAllowance', 'Gives a learner an allowance on an exam'),
  'DELETE /v1/exams/:examId/allowances/:userId/:key': line('removeAllowance', 'Takes an allowance back'),
  'POST /v1/allowances/bulk': line('putAllowances', 'Gives learners one allowance on several exams'),
  'PUT /v1/courses/:courseId/clock': line('moveClock', 'Moves the clock of a course, for tests'),

  'POST /v1/exams/:examId/attempts': line('createAttempt', 'Begins an attempt'),
  'GET /v1/attempts': line('listAttempts', 'Lists attempts'),
  'GET /v1/attempts/:attemptCode': line('getAttempt', 'Reads an attempt'),
  'PATCH /v1/attempts/:attemptCode': line('changeAttempt', 'Changes the status of an attempt'),
  'DELETE /v1/attempts/:attemptCode': line('removeAttempt', 'Removes an attempt; it stays readable'),
  'GET /v1/attempts/:attemptCode/history': line('listAttemptHistory', 'Lists what an attempt was before its changes'),
  'GET /v1/attempts/:attemptCode/effects': line('listAttemptEffects', 'Lists what an attempt does outside'),
  'POST /v1/attempts/:attemptCode/effects/:effectId/retry': line('retryEffect', 'Tries a failed effect again'),
  'POST /v1/attempts/:attemptCode/actions': line('actOnAttempt', 'Does what learners and staff do with an attempt'),
  'PATCH /v1/exams/:examId/learners/:userId/attempt': line(
    'changeCurrentAttempt',
    'Changes the status of a learner’s current attempt',
  ),
  'DELETE /v1/exams/:examId/learners/:userId/attempts': line('removeAttempts', 'Removes all attempts of a learner'),

  'POST /v1/providers/:provider/reviews': line('receiveReview', 'Takes in a review from SoftwareSecure'),
  'GET /v1/providers/:provider/start/:attemptCode': line('launchExam', 'Leads the exam browser to the exam'),
  'POST /v1/providers/:provider/attempts/:externalId/ready': line(
    'receiveReady',
    'Takes in that the provider is ready',
  ),
  'POST /v1/providers/:provider/attempts/:externalId/reviewed': line('receiveReviewed', 'Takes in a review (edX REST)'),
  'GET /v1/attempts/:attemptCode/reviews': line('listReviews', 'Lists the reviews of an attempt'),
  'PATCH /v1/reviews/:reviewId': line('updateReview', 'Sets a person’s verdict on a review'),

  'GET /v1/customers/:customerId': line('getCustomer', 'Reads a customer'),
  'PUT /v1/customers/:customerId': line('putCustomer', 'Creates or replaces a customer'),
  'POST /v1/customers/:customerId/import': line(
    'importCustomer',
    'Takes in learners, enrollments, consents and earlier transmissions, one JSON object per line',
  ),
  'GET /v1/customers/:customerId/channels': line('listChannels', 'Lists the channels of a customer'),
  'GET /v1/customers/:customerId/channels/:channelId': line('getChannel', 'Reads a channel'),
  'PUT /v1/customers/:customerId/channels/:channelId': line('putChannel', 'Creates or replaces a channel'),
  'GET /v1/customers/:customerId/transmissions': line('listTransmissions', 'Lists what was sent of a customer'),
  'POST /v1/customers/:customerId/transmissions/:transmissionId/resolve': line(
    'resolveTransmission',
    'Says of a held transmission whether it arrived; the same said again changes nothing',
  ),
  'POST /v1/customers/:customerId/channels/:channelId/exports': line('startExport', 'Starts an export'),
  'GET /v1/exports': line('listExports', 'Lists exports'),
  'GET /v1/exports/:exportId': line('getExport', 'Reads an export'),
  'POST /v1/exports/:exportId/pause': line('pauseExport', 'Pauses an export'),
  'POST /v1/exports/:exportId/resume': line('resumeExport', 'Goes on with a paused export'),
  'POST /v1/exports/:exportId/cancel': line('cancelExport', 'Ends an export before its end'),
  'GET /v1/exports/:exportId/records': line(
    'listExportRecords',
    'Lists the outcomes of an export, as JSON, NDJSON or CSV',
  ),
  'GET /v1/exports/:exportId/progress': line('followExport', 'Follows an export as server-sent events'),
};
