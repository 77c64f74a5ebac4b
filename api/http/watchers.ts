import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type EventTiming, progressEvents, type ProgressSnapshot } from './event-stream';

/** The open event streams of one route. They end when the process stops: watchers reconnect, and must not keep it. */
export class Watchers {
  private readonly open = new Set<AbortController>();

  constructor(app: FastifyInstance) {
    app.addHook('preClose', async () => {
      for (const watcher of this.open) watcher.abort();
    });
  }

  /** Answers with events until the last one, or until the caller leaves. */
  stream(reply: FastifyReply, read: () => Promise<ProgressSnapshot>, timing?: EventTiming): FastifyReply {
    const watcher = new AbortController();
    this.open.add(watcher);
    const events = Readable.from(progressEvents(read, watcher.signal, timing), { objectMode: false });
    events.once('close', () => {
      watcher.abort();
      this.open.delete(watcher);
    });
    // Closed with the last event: a connection kept for later would keep the process from stopping.
    void reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'close' });
    return reply.type('text/event-stream; charset=utf-8').send(events);
  }
}
