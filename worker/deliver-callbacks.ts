import type { Knex } from 'knex';
import pMap from 'p-map';
import type { Logger } from 'pino';
import type { AttemptGateway } from '../clients/temporal/attempts';
import { callbackCommand } from '../contracts/attempts/commands';
import { type AttemptTimings, CALLBACK_SIGNALS, examAttemptWorkflowId } from '../contracts/attempts/messages';
import { findOwnerRef } from '../db/attempts/refs';
import { callbacksToDeliver, type CallbackDelivery, markDelivered } from '../db/attempts/reviews/inbox';
import type { RelayMetrics } from './relay-metrics';

export interface DeliverCallbacksOptions {
  knex: Knex;
  gateway: Pick<AttemptGateway, 'signalWithStart'>;
  timings: AttemptTimings;
  /** The names of the configured ones; what others sent waits. Absent: all. */
  providers?: readonly string[];
  /** A callback that was delivered and is still not applied is delivered again after so long. */
  graceMs: number;
  log: Logger;
  metrics?: RelayMetrics;
}

const BATCH = 500;
/** Attempts served at the same time. */
const CONCURRENCY = 20;

/**
 * Delivers callbacks nobody has applied yet to their attempts' workflows: those of one attempt in the order in which they
 * came, those of different attempts side by side. @returns the number delivered.
 */
export async function deliverCallbacks(options: DeliverCallbacksOptions): Promise<number> {
  const { knex, graceMs, providers } = options;
  let delivered = 0;
  for (;;) {
    const batch = await callbacksToDeliver(knex, { graceMs, limit: BATCH, providers });
    delivered += await deliverBatch(batch, options);
    if (batch.length < BATCH) break;
  }
  options.metrics?.delivered(delivered);
  return delivered;
}

/**
 * An attempt that can't be reached keeps no other from being delivered to: its callbacks rest for the grace time, as those of an
 * attempt that was reached. @throws what one failed with, when all did: then Temporal or the database is at fault.
 */
async function deliverBatch(batch: readonly CallbackDelivery[], options: DeliverCallbacksOptions): Promise<number> {
  const failures: { queue: CallbackDelivery[]; error: unknown }[] = [];
  let delivered = 0;
  const deliver = async (queue: CallbackDelivery[]): Promise<void> => {
    try {
      await deliverInOrder(queue, options);
      delivered += queue.length;
    } catch (error) {
      failures.push({ queue, error });
    }
  };
  await pMap(queuesOf(batch), deliver, { concurrency: CONCURRENCY });
  if (delivered === 0 && failures.length > 0) throw failures[0]?.error;
  for (const { queue, error } of failures) await postpone(queue, error, options);
  return delivered;
}

async function postpone(
  queue: readonly CallbackDelivery[],
  error: unknown,
  { knex, log, metrics }: DeliverCallbacksOptions,
): Promise<void> {
  const inboxIds = queue.map(({ inboxId }) => inboxId);
  metrics?.ownerFailed('callbacks');
  log.warn({ inboxIds, err: error }, 'relay: callbacks could not be delivered, they are tried again later');
  await markDelivered(knex, inboxIds);
}

/** By attempt. */
function queuesOf(batch: readonly CallbackDelivery[]): Iterable<CallbackDelivery[]> {
  const queues = new Map<string, CallbackDelivery[]>();
  for (const callback of batch) {
    const owner = examAttemptWorkflowId(callback.key);
    const queue = queues.get(owner);
    if (queue) queue.push(callback);
    else queues.set(owner, [callback]);
  }
  return queues.values();
}

async function deliverInOrder(
  queue: readonly CallbackDelivery[],
  { knex, gateway, timings }: DeliverCallbacksOptions,
): Promise<void> {
  const [first] = queue;
  const ref = first && (await findOwnerRef(knex, first.key));
  for (const { kind, inboxId } of queue) {
    if (ref) await gateway.signalWithStart(ref, CALLBACK_SIGNALS[kind], [callbackCommand(inboxId)], timings);
  }
  await markDelivered(
    knex,
    queue.map(({ inboxId }) => inboxId),
  );
}
