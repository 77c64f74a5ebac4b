import type { TSchema } from '@sinclair/typebox';
import * as allowances from '../../contracts/http/allowances';
import * as attempts from '../../contracts/http/attempts';
import { AuditListAnswer } from '../../contracts/http/audit';
import { CustomerImportAnswer } from '../../contracts/http/customer-import';
import * as customers from '../../contracts/http/customers';
import { EffectsAnswer } from '../../contracts/http/effects';
import * as exams from '../../contracts/http/exams';
import * as learnerExports from '../../contracts/http/exports';
import * as learners from '../../contracts/http/learners';
import { OptionsAnswer } from '../../contracts/http/options';
import * as reviews from '../../contracts/http/reviews';
import { TimelineAnswer } from '../../contracts/http/timeline';
import * as transmissions from '../../contracts/http/transmissions';
import * as vendorTokens from '../../contracts/http/vendor-tokens';

/** What the document says once and refers to by name, so that generated clients have types people can write down. */
export const NAMED_SCHEMAS: Readonly<Record<string, TSchema>> = {
  Learner: learners.LearnerAnswer,
  LearnerBody: learners.LearnerBody,
  LearnerImport: learners.ImportAnswer,
  Course: exams.CourseAnswer,
  CourseBody: exams.CourseBody,
  Exam: exams.ExamAnswer,
  ExamBody: exams.ExamBody,
  ExamPatch: exams.ExamPatch,
  ExamPage: exams.ExamListAnswer,
  SpecialExamsBody: exams.PublishBody,
  SpecialExams: exams.PublishAnswer,
  Allowance: allowances.AllowanceAnswer,
  AllowanceBody: allowances.AllowanceBody,
  AllowancePage: allowances.AllowanceListAnswer,
  AllowancesBody: allowances.AllowanceBulkBody,
  Allowances: allowances.AllowanceBulkAnswer,
  Attempt: attempts.AttemptAnswer,
  AttemptBody: attempts.CreateAttemptBody,
  AttemptChange: attempts.ChangeStatusBody,
  CurrentAttemptChange: attempts.ChangeCurrentBody,
  AttemptActionBody: attempts.ActionBody,
  AttemptPage: attempts.AttemptListAnswer,
  AttemptHistory: attempts.HistoryAnswer,
  AttemptEffects: EffectsAnswer,
  AttemptTimeline: TimelineAnswer,
  AttemptOptions: OptionsAnswer,
  AuditPage: AuditListAnswer,
  CallbackReceived: reviews.CallbackAnswer,
  Review: reviews.ReviewAnswer,
  ReviewChange: reviews.SetReviewBody,
  Reviews: reviews.ReviewsAnswer,
  VendorToken: vendorTokens.TokenAnswer,
  VendorTokenForm: vendorTokens.TokenForm,
  VendorTokenError: vendorTokens.TokenErrorAnswer,
  KeySet: vendorTokens.KeySetAnswer,
  Customer: customers.CustomerAnswer,
  CustomerBody: customers.CustomerBody,
  CustomerImport: CustomerImportAnswer,
  Channel: customers.ChannelAnswer,
  ChannelBody: customers.ChannelBody,
  Channels: customers.ChannelListAnswer,
  Transmission: transmissions.TransmissionAnswer,
  TransmissionPage: transmissions.TransmissionListAnswer,
  TransmissionResolution: transmissions.ResolveBody,
  Export: learnerExports.ExportAnswer,
  ExportBody: learnerExports.StartExportBody,
  ExportPage: learnerExports.ExportListAnswer,
  ExportTotals: learnerExports.ExportTotalsAnswer,
  ExportRecord: learnerExports.ExportRecordAnswer,
  ExportRecordPage: learnerExports.ExportRecordListAnswer,
};
