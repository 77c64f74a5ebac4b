import { type Operation, operation } from './operation';

const PERIOD = '/v1/periods/:periodId';
const QUALIFICATION = `${PERIOD}/qualification`;
const DRAFT = `${QUALIFICATION}/drafts/:draftId`;
const STATUS = `${QUALIFICATION}/statuses/:seq`;

/** How the routes of qualification are called in the contract. */
export const QUALIFICATION_OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /v1/nodes/:nodeId': operation('getNode', 'Reads a department or subject'),
  'PUT /v1/nodes/:nodeId': operation('putNode', 'Creates or replaces a department or subject'),
  'GET /v1/nodes/:nodeId/administrators': operation('listNodeAdministrators', 'Lists the administrators of a node'),
  'PUT /v1/nodes/:nodeId/administrators/:subject': operation('putNodeAdministrator', 'Lists a person on a node'),
  'DELETE /v1/nodes/:nodeId/administrators/:subject': operation('deleteNodeAdministrator', 'Takes a person off a node'),
  'PUT /v1/deadline-tags/:tagId': operation('putDeadlineTag', 'Creates or replaces a deadline'),
  [`GET ${PERIOD}`]: operation('getPeriod', 'Reads a period, with what the caller may do with it now'),
  [`PUT ${PERIOD}`]: operation('putPeriod', 'Creates or replaces a period'),
  [`POST ${PERIOD}/import`]: operation('importPeriod', 'Takes in data of a period, one JSON object per line'),
  [`GET ${PERIOD}/administrators`]: operation('listPeriodAdministrators', 'Lists the administrators of a period'),
  [`PUT ${PERIOD}/administrators/:subject`]: operation('putPeriodAdministrator', 'Lists a person on a period'),
  [`DELETE ${PERIOD}/administrators/:subject`]: operation('deletePeriodAdministrator', 'Takes a person off a period'),

  'GET /v1/qualification/plugins': operation('listQualificationPlugins', 'Lists the rules on offer'),
  'GET /v1/qualification/overview': operation(
    'listQualificationOverview',
    'Lists periods with their status and what became of it',
  ),
  'GET /v1/learners/:userId/qualification': operation('getOwnQualification', 'Reads the answers of a student'),

  [`GET ${QUALIFICATION}`]: operation('getQualification', 'Reads the status that counts now'),
  [`GET ${QUALIFICATION}/plugins`]: operation('listPeriodPlugins', 'Lists the rules on offer for a period, with forms'),
  [`GET ${QUALIFICATION}/results`]: operation(
    'listPeriodResults',
    'Lists the results of today, and candidates who are no students',
  ),
  [`POST ${QUALIFICATION}/what-if`]: operation('askWhatIf', 'Says who would qualify by a rule; stores nothing'),
  [`GET ${QUALIFICATION}/changes`]: operation(
    'listQualificationChanges',
    'Lists what the saved answers and those of today differ in',
  ),

  [`GET ${QUALIFICATION}/drafts`]: operation('listDrafts', 'Lists the drafts of a period, newest first'),
  [`POST ${QUALIFICATION}/drafts`]: operation('createDraft', 'Chooses a rule and works out who qualifies'),
  [`GET ${DRAFT}`]: operation('getDraft', 'Reads a draft: its choice, its state and its numbers'),
  [`PATCH ${DRAFT}`]: operation('changeDraft', 'Chooses anew; the preview is worked out again'),
  [`DELETE ${DRAFT}`]: operation('discardDraft', 'Throws a draft away'),
  [`GET ${DRAFT}/events`]: operation('followDraft', 'Follows a draft as server-sent events'),
  [`GET ${DRAFT}/students`]: operation('listDraftStudents', 'Lists the students of a draft with answers and reasons'),
  [`GET ${DRAFT}/grid`]: operation(
    'getDraftGrid',
    'Reads every student and assignment of a draft, up to 10,000 students',
  ),
  [`GET ${DRAFT}/differences`]: operation('listDraftDifferences', 'Lists what the saved status and a draft differ in'),
  [`POST ${DRAFT}/save`]: operation('saveDraft', 'Saves a draft as the newest status of the period'),

  [`GET ${QUALIFICATION}/history`]: operation(
    'listQualificationHistory',
    'Lists all statuses of a period, newest first',
  ),
  [`POST ${QUALIFICATION}/retract`]: operation('retractQualification', 'Takes back what the list says'),
  [`GET ${STATUS}`]: operation('getQualificationStatus', 'Reads a status as it was saved'),
  [`GET ${STATUS}/students`]: operation('listStatusStudents', 'Lists what a status says of each student, and why'),
  [`GET ${STATUS}/students.csv`]: operation('getStatusCsv', 'Reads a status as CSV, safe to open in a spreadsheet'),
  [`GET ${STATUS}/print`]: operation('getStatusPrint', 'Reads a ready status in the order it is printed in'),
  [`POST ${STATUS}/exported`]: operation('markExported', 'Marks a status as taken over into another system'),
};
