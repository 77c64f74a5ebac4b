import type { Knex } from 'knex';
import pMap from 'p-map';
import type { AttemptGateway } from '../clients/temporal/attempts';
import {
  type AttemptTimings,
  callbackCommand,
  examAttemptWorkflowId,
  providerReadySignal,
  reviewReceivedSignal,
} from '../contracts/attempts/messages';
import { callbacksToDeliver, type CallbackDelivery, markDelivered } from '../db/attempts/reviews/inbox';
import { ownerStart } from './owner-start';

export interface DeliverCallbacksOptions {
  knex: Knex;
  gateway: Pick<AttemptGateway, 'signalWithStart'>;
  timings: AttemptTimings;
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
  let delivered = 0;
  for (;;) {
    const batch = await callbacksToDeliver(options.knex, { graceMs: options.graceMs, limit: BATCH });
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
  const start = first && (await ownerStart(knex, first.key, timings));
  for (const { kind, key, inboxId } of queue) {
    const signal = kind === 'review' ? reviewReceivedSignal : providerReadySignal;
    if (start) await gateway.signalWithStart(key, signal, [callbackCommand(inboxId)], start);
  }
  await markDelivered(
    knex,
    queue.map(({ inboxId }) => inboxId),
  );
}
