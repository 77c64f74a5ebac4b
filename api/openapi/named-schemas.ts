import type { TSchema } from '@sinclair/typebox';
import * as attempts from '../../contracts/http/attempts';
import { CustomerImportAnswer } from '../../contracts/http/customer-import';
import * as customers from '../../contracts/http/customers';
import * as exams from '../../contracts/http/exams';
import * as exports from '../../contracts/http/exports';
import * as reviews from '../../contracts/http/reviews';

/** What the document says once and refers to by name, so that generated clients have types people can write down. */
export const NAMED_SCHEMAS: Readonly<Record<string, TSchema>> = {
  Learner: exams.LearnerAnswer,
  LearnerBody: exams.LearnerBody,
  LearnerImport: exams.ImportAnswer,
  Course: exams.CourseAnswer,
  CourseBody: exams.CourseBody,
  Exam: exams.ExamAnswer,
  ExamBody: exams.ExamBody,
  ExamPatch: exams.ExamPatch,
  ExamPage: exams.ExamListAnswer,
  SpecialExamsBody: exams.PublishBody,
  SpecialExams: exams.PublishAnswer,
  Allowance: exams.AllowanceAnswer,
  AllowanceBody: exams.AllowanceBody,
  AllowancePage: exams.AllowanceListAnswer,
  AllowancesBody: exams.AllowanceBulkBody,
  Allowances: exams.AllowanceBulkAnswer,
  Attempt: attempts.AttemptAnswer,
  AttemptBody: attempts.CreateAttemptBody,
  AttemptChange: attempts.ChangeStatusBody,
  CurrentAttemptChange: attempts.ChangeCurrentBody,
  AttemptActionBody: attempts.ActionBody,
  AttemptPage: attempts.AttemptListAnswer,
  AttemptHistory: attempts.HistoryAnswer,
  AttemptEffects: attempts.EffectsAnswer,
  CallbackReceived: reviews.CallbackAnswer,
  Review: reviews.ReviewAnswer,
  ReviewChange: reviews.SetReviewBody,
  Reviews: reviews.ReviewsAnswer,
  Customer: customers.CustomerAnswer,
  CustomerBody: customers.CustomerBody,
  CustomerImport: CustomerImportAnswer,
  Channel: customers.ChannelAnswer,
  ChannelBody: customers.ChannelBody,
  Channels: customers.ChannelListAnswer,
  Transmission: customers.TransmissionAnswer,
  TransmissionPage: customers.TransmissionListAnswer,
  TransmissionResolution: customers.ResolveBody,
  Export: exports.ExportAnswer,
  ExportBody: exports.StartExportBody,
  ExportPage: exports.ExportListAnswer,
  ExportTotals: exports.ExportTotalsAnswer,
  ExportRecord: exports.ExportRecordAnswer,
  ExportRecordPage: exports.ExportRecordListAnswer,
};
