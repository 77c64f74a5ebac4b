import { setTimeout as pause } from 'node:timers/promises';
import { channelDefinition } from '../../clients/channels/registry';
import type { StartExportBody } from '../../contracts/http/exports';
import type { ExportAsk, ExportTarget, OpenedExport } from '../../contracts/exports/messages';
import { Refusal } from '../../contracts/refusal';
import type { StoredChannel } from '../../db/exports/channels';
import { type ExportRun, findRun } from '../../db/exports/runs';
import { selectPage } from '../../db/exports/selection';
import { singleOf } from '../../domain/exports/permission';
import type { ApiContext } from '../context';
import { requireCustomer } from '../auth/customer-access';
import type { Principal } from '../auth/principal';

/** What a request wants exported. A rehearsal may be of a channel that is switched off, or cannot be sent to yet. */
export async function targetOf(
  context: ApiContext,
  channel: StoredChannel,
  body: StartExportBody,
): Promise<ExportTarget> {
  const { customerId, channelId, kind } = channel;
  const dryRun = body.dryRun || channel.dryRun;
  if (channel.disabled && !dryRun) throw new Refusal('channel-disabled', 'Switch it on, or ask for a dry run.');
  const definition = channelDefinition(kind);
  if (definition && !definition.levels.includes(body.level)) {
    throw new Refusal('level-not-supported', `${kind} takes ${definition.levels.join(' and ')} only.`);
  }
  return { customerId, channelId, level: body.level, dryRun, enrollmentId: await enrollmentOf(context, channel, body) };
}

/** The enrollment of a single export; null = everybody. */
async function enrollmentOf(
  { knex }: ApiContext,
  channel: StoredChannel,
  body: StartExportBody,
): Promise<string | null> {
  const asked = singleOf(body.learnerId, body.courseRunId);
  if ('refused' in asked) throw new Refusal(asked.refused);
  if (asked.single === null) return null;
  const { userId: learnerId, courseRunId } = asked.single;
  const [found] = await selectPage(knex, {
    ...{ customerId: channel.customerId, configurationId: channel.id, level: body.level },
    ...{ filter: { learnerId, courseRunId }, after: null, limit: 1 },
  });
  if (!found) throw new Refusal('enrollment-not-found', 'The learner is not enrolled, inactive or not linked.');
  return found.facts.enrollment.id;
}

export function askOf(body: StartExportBody, commandId: string, requestedBy: string): ExportAsk {
  const { learnerId = null, courseRunId = null, subsectionId = null, grade = null } = body;
  const { isPassing = null, completedDate = null, skipTransmitted, asOf } = body;
  return {
    ...{
      commandId,
      requestedBy,
      skipTransmitted,
      learnerId,
      courseRunId,
      subsectionId,
      grade,
      isPassing,
      completedDate,
    },
    trigger: learnerId === null ? 'request' : 'event',
    asOf: asOf === undefined ? null : new Date(asOf).toISOString(),
  };
}

/** Between a run's end, as its row tells it, and that of its workflow, which is a moment later. */
const HANDOVER = { tries: 60, pauseMs: 50 };

/**
 * Starts the run. Whoever has seen the last one end may begin the next at once: what is in the way then is only its
 * workflow on its way out. @throws Refusal `export-already-running` when one really goes on.
 */
export async function startExport(
  { knex, temporal, settings }: ApiContext,
  target: ExportTarget,
  ask: ExportAsk,
): Promise<OpenedExport> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await temporal.exports.start(target, ask, settings.exports);
    } catch (error) {
      if (tries === HANDOVER.tries || !(await isOver(knex, error))) throw error;
      await pause(HANDOVER.pauseMs);
    }
  }
}

async function isOver(knex: ApiContext['knex'], error: unknown): Promise<boolean> {
  if (!(error instanceof Refusal) || error.code !== 'export-already-running') return false;
  const { exportId } = error.extras;
  return typeof exportId === 'string' && (await findRun(knex, exportId))?.finishedAt != null;
}

/** The run if the token's limits leave it visible. @throws Refusal 404. */
export async function visibleExport({ knex }: ApiContext, principal: Principal, exportId: string): Promise<ExportRun> {
  const run = await findRun(knex, exportId);
  if (!run) throw new Refusal('export-not-found');
  try {
    requireCustomer(principal, run.customerId);
  } catch {
    throw new Refusal('export-not-found');
  }
  return run;
}
