import { setTimeout as pause } from 'node:timers/promises';
import { channelDefinition } from '../../clients/channels/registry';
import { ApiError } from '../../contracts/api-error';
import type { ExportCommand, ExportTarget, OpenedExport } from '../../contracts/exports/messages';
import type { StartExportBody } from '../../contracts/http/exports';
import type { StoredChannel } from '../../db/exports/channels';
import { type ExportRun, findRun } from '../../db/exports/runs';
import { selectPage } from '../../db/exports/selection';
import { parseSingle } from '../../domain/exports/selection';
import { requireCustomer } from '../auth/customer-access';
import type { Principal } from '../auth/principal';
import type { ApiContext } from '../context';

/** The target of a requested export. A dry run may be of a channel that is disabled or has no sender yet. */
export async function toExportTarget(
  context: ApiContext,
  channel: StoredChannel,
  body: StartExportBody,
): Promise<ExportTarget> {
  const { customerId, channelId, kind } = channel;
  const dryRun = body.dryRun || channel.dryRun;
  if (channel.disabled && !dryRun) throw new ApiError('channel-disabled', 'Switch it on, or ask for a dry run.');
  const definition = channelDefinition(kind);
  if (definition && !definition.levels.includes(body.level)) {
    throw new ApiError('level-not-supported', `${kind} takes ${definition.levels.join(' and ')} only.`);
  }
  return { customerId, channelId, level: body.level, dryRun, enrollmentId: await enrollmentOf(context, channel, body) };
}

/** The enrollment of a single export; null = everybody. */
async function enrollmentOf(
  { knex }: ApiContext,
  channel: StoredChannel,
  body: StartExportBody,
): Promise<string | null> {
  const requested = parseSingle(body.learnerId, body.courseRunId);
  if ('refused' in requested) throw new ApiError(requested.refused);
  if (requested.single === null) return null;
  const { customerId, id: configurationId } = channel;
  const where = { customerId, configurationId, level: body.level, filter: requested.single };
  const [found] = await selectPage(knex, { ...where, after: null, limit: 1 });
  if (!found) throw new ApiError('enrollment-not-found', 'The learner is not enrolled, inactive or not linked.');
  return found.facts.enrollment.id;
}

export function toExportCommand(body: StartExportBody, commandId: string, requestedBy: string): ExportCommand {
  const { learnerId = null, courseRunId = null, subsectionId = null, grade = null } = body;
  const { isPassing = null, completedDate = null, skipTransmitted, asOf } = body;
  return {
    commandId,
    requestedBy,
    skipTransmitted,
    learnerId,
    courseRunId,
    subsectionId,
    grade,
    isPassing,
    completedDate,
    trigger: learnerId === null ? 'request' : 'event',
    asOf: asOf === undefined ? null : new Date(asOf).toISOString(),
  };
}

/** Between a run's end in its row and the end of its workflow, a moment later. */
const HANDOVER = { tries: 60, pauseMs: 50 };

/**
 * Starts the run. After the last run's end the next may begin at once: what is in the way then is only its
 * workflow closing. @throws ApiError `export-already-running` when one really goes on.
 */
export async function startExport(
  { knex, temporal, settings }: ApiContext,
  target: ExportTarget,
  command: ExportCommand,
): Promise<OpenedExport> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await temporal.exports.start(target, command, settings.exports);
    } catch (error) {
      if (tries === HANDOVER.tries || !(await hasEnded(knex, error))) throw error;
      await pause(HANDOVER.pauseMs);
    }
  }
}

async function hasEnded(knex: ApiContext['knex'], error: unknown): Promise<boolean> {
  if (!(error instanceof ApiError) || error.code !== 'export-already-running') return false;
  const { exportId } = error.extras;
  return typeof exportId === 'string' && (await findRun(knex, exportId))?.finishedAt != null;
}

/** The run if the token's limits leave it visible. @throws ApiError 404. */
export async function visibleExport({ knex }: ApiContext, principal: Principal, exportId: string): Promise<ExportRun> {
  const run = await findRun(knex, exportId);
  if (!run) throw new ApiError('export-not-found');
  requireCustomer(principal, run.customerId, 'export-not-found');
  return run;
}
