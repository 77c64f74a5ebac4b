import type { Knex } from 'knex';
import type { ExportCursor, ExportTotals } from '../../contracts/exports/messages';
import type { ExportLevel } from '../../domain/exports/model';
import type { RunStatus } from '../../domain/exports/outcomes';
import { newestFirst, type Page, type PageRequest } from '../core/cursor';
import { queryRow, writeRows } from '../core/query';

/** What was requested besides the columns; ids and the caller's values only. */
export interface RunRequest {
  userId?: string;
  courseRunId?: string;
  subsectionId?: string;
  grade?: string | null;
  isPassing?: boolean;
  completedDate?: string | null;
}

export interface NewRun {
  customerId: string;
  configurationId: string;
  level: ExportLevel;
  trigger: 'request' | 'schedule' | 'event';
  asOf: Date;
  dryRun: boolean;
  skipTransmitted: boolean;
  /** Null for a bulk run. */
  singleEnrollmentId: string | null;
  request: RunRequest;
  workflowId: string;
  /** The same command starts one run, however often it comes. */
  commandId: string | null;
  requestedBy: string | null;
  now: Date;
}

export interface ExportRun extends Omit<NewRun, 'now'> {
  id: string;
  channelId: string;
  status: RunStatus;
  phase: string;
  /** Why it was skipped or failed; a code. */
  reason: string | null;
  cursor: ExportCursor | null;
  selected: number | null;
  notSelected: number | null;
  /** As of the last page; `runTotals` counts anew. */
  totals: Partial<ExportTotals>;
  /** Why a person should look at it; a code. */
  attention: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  modifiedAt: Date;
}

const SELECT = `select cast(r.id as text) as id, r.customer_id as "customerId", cast(r.configuration_id as text) as "configurationId",
  c.channel_id as "channelId", r.level, r.trigger, r.status, r.phase, r.reason, r.as_of as "asOf", r.dry_run as "dryRun",
  r.skip_transmitted as "skipTransmitted", cast(r.single_enrollment_id as text) as "singleEnrollmentId", r.request,
  r.cursor, r.attention, cast(r.selected as float8) as selected, cast(r.not_selected as float8) as "notSelected",
  r.totals,
  r.workflow_id as "workflowId", r.command_id as "commandId", r.requested_by as "requestedBy",
  r.created_at as "createdAt", r.started_at as "startedAt", r.finished_at as "finishedAt", r.modified_at as "modifiedAt"
  from export_runs r join channel_configurations c on c.id = r.configuration_id`;

/**
 * Makes a run, or finds why not: the same command made one already (`repeated`), or a bulk run of the same customer, channel
 * and level goes on (`running`). Of several at once one is `created`.
 */
export async function createRun(
  knex: Knex,
  run: NewRun,
): Promise<{ outcome: 'created' | 'repeated' | 'running'; run: ExportRun }> {
  const created = await insertRun(knex, run, { status: 'queued', reason: null, finishedAt: null });
  if (created) return { outcome: 'created', run: (await findRun(knex, created.id)) as ExportRun };
  const repeated = await findOneRun(knex, 'r.command_id = :commandId', { commandId: run.commandId });
  if (repeated) return { outcome: 'repeated', run: repeated };
  const { configurationId, level, dryRun } = run;
  const running = await findOneRun(knex, RUNNING_BULK, { configurationId, level, dryRun });
  if (running) return { outcome: 'running', run: running };
  return createRun(knex, run);
}

const RUNNING_BULK = `r.configuration_id = :configurationId and r.level = :level and r.dry_run = :dryRun
  and r.single_enrollment_id is null and r.status in ('queued', 'running', 'paused')`;

/** Stores a scheduled run that was skipped, e.g. `already-running`. */
export async function noteSkippedRun(knex: Knex, run: NewRun, reason: string): Promise<void> {
  await insertRun(knex, run, { status: 'skipped', reason, finishedAt: run.now });
}

function insertRun(
  knex: Knex,
  run: NewRun,
  start: Pick<ExportRun, 'status' | 'reason' | 'finishedAt'>,
): Promise<{ id: string } | undefined> {
  return queryRow(knex, INSERT, { ...run, ...start, request: JSON.stringify(run.request) });
}

const INSERT = `
  insert into export_runs (customer_id, configuration_id, level, trigger, status, phase, reason, as_of, dry_run,
    skip_transmitted, single_enrollment_id, request, workflow_id, command_id, requested_by, created_at, finished_at,
    modified_at)
  values (:customerId, :configurationId, :level, :trigger, :status, :status, :reason, :asOf, :dryRun, :skipTransmitted,
    :singleEnrollmentId, cast(:request as jsonb), :workflowId, :commandId, :requestedBy, :now, :finishedAt, :now)
  on conflict do nothing
  returning cast(id as text) as id`;

export async function findRun(knex: Knex, runId: string): Promise<ExportRun | undefined> {
  return findOneRun(knex, 'r.id = :runId', { runId });
}

function findOneRun(knex: Knex, where: string, values: object): Promise<ExportRun | undefined> {
  return queryRow(knex, `${SELECT} where ${where}`, values);
}

/** Runs, newest first. */
export function listRuns(
  knex: Knex,
  values: { customerIds?: readonly string[] | undefined; channelId?: string | undefined },
  page: PageRequest,
): Promise<Page<ExportRun>> {
  const conditions = { customerIds: 'r.customer_id = any(:customerIds)', channelId: 'c.channel_id = :channelId' };
  return newestFirst(knex, { select: SELECT, id: 'r.id', conditions, values }, page);
}

/** A run's progress; absent members stay as they are. */
export type RunProgress = { [K in ProgressField]?: NonNullable<ExportRun[K]> } & { totals?: ExportTotals };

type ProgressField =
  ('status' | 'phase' | 'reason' | 'cursor' | 'selected' | 'notSelected') | ('attention' | 'startedAt' | 'finishedAt');

const ENDED = "'completed', 'completed-with-errors', 'channel-stopped', 'failed', 'cancelled', 'skipped'";

/** Stores progress. A run that ended stays as it ended. @returns false when it had ended. */
export async function updateRun(knex: Knex, runId: string, progress: RunProgress, now: Date): Promise<boolean> {
  const updated = await writeRows(
    knex,
    `update export_runs r set status = coalesce(p.status, r.status), phase = coalesce(p.phase, r.phase),
       reason = coalesce(p.reason, r.reason), cursor = coalesce(p.cursor, r.cursor),
       selected = coalesce(p.selected, r.selected), not_selected = coalesce(p."notSelected", r.not_selected),
       totals = coalesce(p.totals, r.totals), attention = coalesce(p.attention, r.attention),
       started_at = coalesce(r.started_at, p."startedAt"),
       finished_at = coalesce(r.finished_at, p."finishedAt"), modified_at = :now
     from json_to_record(cast(:progress as json)) as p(status text, phase text, reason text, cursor jsonb, selected bigint,
       "notSelected" bigint, totals jsonb, attention text, "startedAt" timestamptz, "finishedAt" timestamptz)
     where r.id = :runId and r.status not in (${ENDED})`,
    { runId, now, progress: JSON.stringify(progress) },
  );
  return updated > 0;
}
