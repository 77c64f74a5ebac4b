import type { ChannelKind } from '../../domain/exports/model';

export type EnterpriseRow = Record<string, unknown>;

/** A service's recorded answer. `raw` = a body that is no JSON. */
export interface GoldenAnswer {
  status: number | 'timeout';
  body?: unknown;
  raw?: string;
}

export interface GoldenLearner {
  user_id: number;
  username: string;
  email: string;
  enterprise_customer_user_id: number;
  customer: 'main' | 'other';
  active: boolean;
  linked: boolean;
  user_exists: boolean;
  remote_id: string | null;
}

export interface GoldenCourse {
  course_run_id: string;
  course_key: string;
  details_status: number | 'timeout';
  details: EnterpriseRow | null;
  estimated_hours: number | null;
  catalog_run_found: boolean;
}

export interface GoldenEnrollment {
  id: number;
  enterprise_customer_user_id: number;
  course_run_id: string;
  mode: string | null;
  certificate?: GoldenAnswer;
  grade?: GoldenAnswer;
  gradebook?: GoldenAnswer;
}

export interface GoldenAudit {
  enrollment_id: number;
  course_id: string;
  grade: string | number | null;
  error_message: string | null;
  is_transmitted: boolean;
  subsection_id: string | null;
  plugin_configuration: 'own' | 'other';
  user_id?: number;
  user_guid?: string;
  session_token?: string;
  callback_url?: string;
  subdomain?: string;
}

export interface GoldenWorld {
  customer: {
    uuid: string;
    enable_audit_enrollment: boolean;
    enable_audit_data_reporting: boolean;
    identity_provider: string | null;
  };
  config: { id: number; transmit_total_hours: boolean };
  learners: GoldenLearner[];
  courses: GoldenCourse[];
  enrollments: GoldenEnrollment[];
  consents: { username: string; course_id: string; granted: boolean; customer: 'main' | 'other' }[];
  audits: GoldenAudit[];
}

export interface GoldenCall {
  form: 'bulk' | 'single' | 'learner_only' | 'course_only';
  learner?: string;
  course_run_id?: string;
  subsection_id?: string | null;
  grade?: string | number | null;
  is_passing?: boolean;
  skip_transmitted?: boolean;
  transmission_audit: boolean;
}

export interface GoldenConflict {
  enrollment_id: number;
  grade: string | null;
  grade_api: string | null;
  is_passing: boolean;
  is_passing_api: boolean | null;
}

/** What one of the two recorded packages did. */
export interface GoldenExpectation {
  records: EnterpriseRow[];
  skipped: { enrollment_id: number; reason: string }[];
  conflicts?: GoldenConflict[];
  raised?: { type: string; message: string };
}

/** A case of export_cases.json or assessment_cases.json. */
export interface GoldenExport {
  id: string;
  channel: ChannelKind;
  call: GoldenCall;
  world: GoldenWorld;
  seed_expectation: GoldenExpectation | null;
  installed_expectation: GoldenExpectation;
}
