import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * What operators filter by in Temporal's UI; registered with the namespace at start
 * (docs/design.md#what-operators-see-in-temporal). Names are contracts: saved filters and dashboards use them. Values
 * are ids and phases only, never personal data.
 */
export const SEARCH_ATTRIBUTES = {
  ExamCourseId: defineSearchAttributeKey('ExamCourseId', 'KEYWORD'),
  ExamId: defineSearchAttributeKey('ExamId', 'KEYWORD'),
  LearnerId: defineSearchAttributeKey('LearnerId', 'KEYWORD'),
  AttemptPhase: defineSearchAttributeKey('AttemptPhase', 'KEYWORD'),
  ProctoringProvider: defineSearchAttributeKey('ProctoringProvider', 'KEYWORD'),
  EnterpriseCustomerId: defineSearchAttributeKey('EnterpriseCustomerId', 'KEYWORD'),
  ExportChannel: defineSearchAttributeKey('ExportChannel', 'KEYWORD'),
  ExportPhase: defineSearchAttributeKey('ExportPhase', 'KEYWORD'),
  NeedsAttention: defineSearchAttributeKey('NeedsAttention', 'KEYWORD'),
  /** All reasons of an attempt; NeedsAttention holds the first. */
  AttentionReasons: defineSearchAttributeKey('AttentionReasons', 'KEYWORD_LIST'),
  ReviewDueAt: defineSearchAttributeKey('ReviewDueAt', 'DATETIME'),
  RecordsTotal: defineSearchAttributeKey('RecordsTotal', 'INT'),
  RecordsFailed: defineSearchAttributeKey('RecordsFailed', 'INT'),
};

/** Set by Temporal on what a schedule starts: the instant it was due, also of a backfill. */
export const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');
