import type { Knex } from 'knex';
import type { ExportActivities, OpenRunInput, OpenRunResult } from '../../contracts/exports/activities';
import { learnerExportWorkflowId, type OpenRun } from '../../contracts/exports/messages';
import { findChannel, listChannels } from '../../db/exports/channels';
import { findCustomer } from '../../db/exports/customers';
import {
  createRun,
  type ExportRun,
  type NewRun,
  noteSkippedRun,
  type RunRequest,
  updateRun,
} from '../../db/exports/runs';
import { countSelection } from '../../db/exports/selection';
import { holdLeftovers } from '../../db/exports/transmission-results';
import type { ExportDependencies } from './dependencies';

type OpenRunActivities = Pick<ExportActivities, 'openRun' | 'notePhase' | 'noteSkipped' | 'scheduledTargets'>;

/** The activities that write runs' rows: each is one short transaction that may be repeated. */
export function openRunActivities({ knex }: ExportDependencies): OpenRunActivities {
  return {
    openRun: (input) => openRun(knex, input),
    async notePhase({ exportId, status, phase, nowMs }) {
      const now = new Date(nowMs);
      await updateRun(knex, exportId, { status, phase, ...(status === 'running' ? { startedAt: now } : {}) }, now);
    },
    async noteSkipped({ reason, ...input }) {
      const run = await buildRun(knex, input);
      if (run !== null) await noteSkippedRun(knex, run, reason);
    },
    async scheduledTargets({ customerId, channelId, levels }) {
      const channel = (await listChannels(knex, customerId)).find((one) => one.channelId === channelId);
      if (!channel || channel.disabled) return [];
      return levels.map((level) => ({ customerId, channelId, level, enrollmentId: null, dryRun: channel.dryRun }));
    },
  };
}

async function openRun(knex: Knex, input: OpenRunInput): Promise<OpenRunResult> {
  const run = await buildRun(knex, input);
  if (run === null) return { kind: 'refused', code: 'channel-not-found' };
  const created = await createRun(knex, run);
  if (created.outcome === 'running') {
    if (created.run.workflowId !== run.workflowId) return { kind: 'running', exportId: created.run.id };
    await endOrphan(knex, created.run, run.now);
    return openRun(knex, input);
  }
  if (created.outcome === 'repeated' && created.run.finishedAt !== null)
    return { kind: 'ended', exportId: created.run.id };
  return { kind: 'opened', run: await countEnrollments(knex, created.run, run.now) };
}

/** A run under this very workflow id, which no other workflow can have: its own was terminated. */
async function endOrphan(knex: Knex, { id }: ExportRun, now: Date): Promise<void> {
  await holdLeftovers(knex, id, now);
  await updateRun(knex, id, { status: 'failed', phase: 'failed', reason: 'workflow-lost', finishedAt: now }, now);
}

async function countEnrollments(knex: Knex, run: ExportRun, now: Date): Promise<OpenRun> {
  const { userId, courseRunId } = run.request;
  const filter = userId !== undefined && courseRunId !== undefined ? { userId, courseRunId } : {};
  const { selected, notSelected } = await countSelection(knex, run.customerId, filter);
  await updateRun(knex, run.id, { selected, notSelected }, now);
  return { exportId: run.id, asOf: run.asOf.toISOString(), selected, notSelected };
}

async function buildRun(knex: Knex, { target, ask: command, nowMs }: OpenRunInput): Promise<NewRun | null> {
  const { customerId, channelId, level, enrollmentId, dryRun } = target;
  const [customer, channel] = [await findCustomer(knex, customerId), await findChannel(knex, customerId, channelId)];
  if (!customer || !channel) return null;
  const { commandId, trigger, asOf, skipTransmitted, requestedBy } = command;
  return {
    customerId,
    level,
    trigger,
    dryRun,
    skipTransmitted,
    commandId,
    requestedBy,
    configurationId: channel.id,
    asOf: new Date(asOf ?? nowMs),
    singleEnrollmentId: enrollmentId,
    request: requestOf(command),
    workflowId: learnerExportWorkflowId(target),
    now: new Date(nowMs),
  };
}

function requestOf(command: OpenRunInput['ask']): RunRequest {
  const { learnerId, courseRunId, subsectionId, grade, isPassing, completedDate } = command;
  return {
    ...(learnerId === null ? {} : { userId: learnerId }),
    ...(courseRunId === null ? {} : { courseRunId }),
    ...(subsectionId === null ? {} : { subsectionId }),
    ...(grade === null ? {} : { grade }),
    ...(isPassing === null ? {} : { isPassing }),
    ...(completedDate === null ? {} : { completedDate }),
  };
}
