import type { Knex } from 'knex';
import type { ExportTotals } from '../../contracts/exports/messages';
import type { ExportLevel } from '../../domain/exports/model';
import { decodeCursor, type Page, toPage, type PageRequest } from '../core/cursor';
import type { SelectionCursor } from './selection';

export type RunStatus =
  | 'queued'
  | 'running'
  | 'paused'
  | 'completed'
  | 'completed-with-errors'
  | 'channel-stopped'
  | 'failed'
  | 'cancelled'
  | 'skipped';

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
  cursor: SelectionCursor | null;
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

const COLUMNS = `cast(r.id as text) as id, r.customer_id as "customerId", cast(r.configuration_id as text) as "configurationId",
  c.channel_id as "channelId", r.level, r.trigger, r.status, r.phase, r.reason, r.as_of as "asOf", r.dry_run as "dryRun",
  r.skip_transmitted as "skipTransmitted", cast(r.single_enrollment_id as text) as "singleEnrollmentId", r.request,
  r.cursor, r.attention, cast(r.selected as float8) as selected, cast(r.not_selected as float8) as "notSelected",
  r.totals,
  r.workflow_id as "workflowId", r.command_id as "commandId", r.requested_by as "requestedBy",
  r.created_at as "createdAt", r.started_at as "startedAt", r.finished_at as "finishedAt", r.modified_at as "modifiedAt"`;

const FROM = 'from export_runs r join channel_configurations c on c.id = r.configuration_id';

/**
 * Makes a run, or finds why not: the same command made one already (`repeated`), or a bulk run of the same customer, channel
 * and level goes on (`running`). Of several at once one is `created`.
 */
export async function createRun(
  knex: Knex,
  run: NewRun,
): Promise<{ outcome: 'created' | 'repeated' | 'running'; run: ExportRun }> {
  const { rows } = await knex.raw<{ rows: { id: string }[] }>(CREATE, { ...run, request: JSON.stringify(run.request) });
  if (rows[0]) return { outcome: 'created', run: (await findRun(knex, rows[0].id)) as ExportRun };
  const repeated = await findOneRun(knex, 'r.command_id = :commandId', { commandId: run.commandId });
  if (repeated) return { outcome: 'repeated', run: repeated };
  const { configurationId, level, dryRun } = run;
  const running = await findOneRun(knex, RUNNING_BULK, { configurationId, level, dryRun });
  if (running) return { outcome: 'running', run: running };
  return createRun(knex, run);
}

const RUNNING_BULK = `r.configuration_id = :configurationId and r.level = :level and r.dry_run = :dryRun
  and r.single_enrollment_id is null and r.status in ('queued', 'running', 'paused')`;

const CREATE = `
  insert into export_runs (customer_id, configuration_id, level, trigger, status, phase, as_of, dry_run, skip_transmitted,
    single_enrollment_id, request, workflow_id, command_id, requested_by, created_at, modified_at)
  values (:customerId, :configurationId, :level, :trigger, 'queued', 'queued', :asOf, :dryRun, :skipTransmitted,
    :singleEnrollmentId, cast(:request as jsonb), :workflowId, :commandId, :requestedBy, :now, :now)
  on conflict do nothing
  returning cast(id as text) as id`;

/** Stores a scheduled run that was skipped, e.g. `already-running`. */
export async function noteSkippedRun(knex: Knex, run: NewRun, reason: string): Promise<void> {
  await knex.raw(
    `insert into export_runs (customer_id, configuration_id, level, trigger, status, phase, reason, as_of, dry_run,
       skip_transmitted, single_enrollment_id, request, workflow_id, command_id, requested_by, created_at, finished_at,
       modified_at)
     values (:customerId, :configurationId, :level, :trigger, 'skipped', 'skipped', :reason, :asOf, :dryRun,
       :skipTransmitted, :singleEnrollmentId, cast(:request as jsonb), :workflowId, :commandId, :requestedBy, :now, :now,
       :now)
     on conflict do nothing`,
    { ...run, reason, request: JSON.stringify(run.request) },
  );
}

export async function findRun(knex: Knex, runId: string): Promise<ExportRun | undefined> {
  return findOneRun(knex, 'r.id = :runId', { runId });
}

async function findOneRun(
  knex: Knex,
  where: string,
  values: Record<string, Knex.Value>,
): Promise<ExportRun | undefined> {
  const { rows } = await knex.raw<{ rows: ExportRun[] }>(`select ${COLUMNS} ${FROM} where ${where}`, values);
  return rows[0];
}

/** Runs, newest first. */
export async function listRuns(
  knex: Knex,
  { customerIds, channelId }: { customerIds?: readonly string[]; channelId?: string },
  { limit, cursor }: PageRequest,
): Promise<Page<ExportRun>> {
  const before = cursor === undefined ? undefined : (decodeCursor(cursor, [/^\d{1,18}$/])[0] as string);
  const { rows } = await knex.raw<{ rows: ExportRun[] }>(
    `select ${COLUMNS} ${FROM} where true
       ${customerIds === undefined ? '' : 'and r.customer_id = any(:customerIds)'}
       ${channelId === undefined ? '' : 'and c.channel_id = :channelId'}
       ${before === undefined ? '' : 'and r.id < :before'}
     order by r.id desc limit :limit + 1`,
    { customerIds: [...(customerIds ?? [])], channelId: channelId ?? null, before: before ?? null, limit },
  );
  return toPage(
    rows,
    limit,
    (row): ExportRun => row,
    ({ id }) => [id],
  );
}

/** A run's progress; absent members stay as they are. */
export interface RunProgress {
  status?: RunStatus;
  phase?: string;
  reason?: string;
  cursor?: SelectionCursor;
  selected?: number;
  notSelected?: number;
  totals?: ExportTotals;
  attention?: string;
  startedAt?: Date;
  finishedAt?: Date;
}

const ENDED = "'completed', 'completed-with-errors', 'channel-stopped', 'failed', 'cancelled', 'skipped'";

/** Stores progress. A run that ended stays as it ended. @returns false when it had ended. */
export async function updateRun(knex: Knex, runId: string, progress: RunProgress, now: Date): Promise<boolean> {
  const { rowCount } = await knex.raw<{ rowCount: number }>(
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
  return rowCount > 0;
}
