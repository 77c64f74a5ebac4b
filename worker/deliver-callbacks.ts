import type { Knex } from 'knex';
import pMap from 'p-map';
import type { AttemptGateway } from '../clients/temporal/attempts';
import { callbackCommand } from '../contracts/attempts/commands';
import { type AttemptTimings, CALLBACK_SIGNALS, examAttemptWorkflowId } from '../contracts/attempts/messages';
import { findOwnerRef } from '../db/attempts/refs';
import { callbacksToDeliver, type CallbackDelivery, markDelivered } from '../db/attempts/reviews/inbox';

export interface DeliverCallbacksOptions {
  knex: Knex;
  gateway: Pick<AttemptGateway, 'signalWithStart'>;
  timings: AttemptTimings;
  /** The names of the configured ones; what others sent waits. Absent: all. */
  providers?: readonly string[];
  /** A callback that was delivered and is still not applied is delivered again after so long. */
  graceMs: number;
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
    await deliverBatch(batch, options);
    delivered += batch.length;
    if (batch.length < BATCH) return delivered;
  }
}

/** One that fails keeps no other from being delivered. @throws AggregateError at the end */
async function deliverBatch(batch: readonly CallbackDelivery[], options: DeliverCallbacksOptions): Promise<void> {
  await pMap(queuesOf(batch), (queue) => deliverInOrder(queue, options), {
    concurrency: CONCURRENCY,
    stopOnError: false,
  });
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
