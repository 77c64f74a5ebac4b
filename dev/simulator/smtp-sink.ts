import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { BoundedList } from './bounded';
import type { Faults } from './faults';
import type { Journal } from './journal';
import { headersOf } from './mail-headers';

export interface StoredMail {
  at: string;
  from: string | null;
  to: string[];
  subject: string | null;
  messageId: string | null;
  /** Unfolded, names in lower case; the last of several wins. */
  headers: Record<string, string>;
  raw: string;
}

type Done = (error?: Error | null, message?: string) => void;

/** An SMTP server that takes every mail and keeps it. Mail knows no idempotency: a repeat is stored again, logged as `repeat`. */
export class SmtpSink {
  private readonly stored: BoundedList<StoredMail>;
  private readonly sockets = new Map<number, Socket>();
  private readonly server: SMTPServer;

  constructor(
    private readonly journal: Journal,
    private readonly faults: Faults,
    keep: number,
  ) {
    this.stored = new BoundedList(keep);
    this.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      authOptional: true,
      disableReverseLookup: true,
      closeTimeout: 200,
      onData: (stream, session, done) => void this.receive(stream, session, done).catch(done),
    });
    this.server.on('error', () => undefined);
    this.server.server.on('connection', (socket: Socket) => this.serve(socket));
  }

  async listen(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server.server, 'listening');
    return (this.server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets.values()) socket.destroy();
    await closed;
  }

  mails(): readonly StoredMail[] {
    return this.stored.all();
  }

  clear(): void {
    this.stored.clear();
  }

  private serve(socket: Socket): void {
    const port = socket.remotePort ?? 0;
    this.sockets.set(port, socket);
    socket.on('close', () => this.sockets.delete(port));
  }

  private async receive(stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): Promise<void> {
    const mail = mailOf(await readAll(stream), session);
    const { to, subject, messageId, headers } = mail;
    const body = { to, subject, messageId, headers };
    const entry = this.journal.received({
      service: 'mail',
      method: 'DATA',
      path: '/',
      query: {},
      idempotencyKey: messageId,
      body,
    });
    const decision = await this.faults.decide('mail');
    if (decision.kind === 'answer') {
      const code = smtpCode(decision.status);
      this.journal.answered(entry, code);
      return done(Object.assign(new Error('simulated fault'), { responseCode: code }));
    }
    if (decision.kind === 'serve') this.keep(mail, entry);
    const destroyed = decision.kind === 'destroy' || decision.dropAnswer;
    this.journal.answered(entry, destroyed ? null : 250);
    if (destroyed) this.sockets.get(session.remotePort)?.destroy();
    else done(null, 'kept');
  }

  private keep(mail: StoredMail, entry: Parameters<Journal['applied']>[0]): void {
    this.stored.add(mail);
    this.journal.applied(entry, 'email', { status: 250, body: null });
  }
}

/** HTTP's classes in SMTP's: a 4xx refuses for good, anything else may be tried again. SMTP's own codes pass. */
function smtpCode(status: number): number {
  if (status >= 500 && status < 560 && status !== 503 && status !== 502 && status !== 504 && status !== 500)
    return status;
  return status >= 400 && status < 420 ? 550 : 451;
}

async function readAll(stream: SMTPServerDataStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function mailOf(raw: string, session: SMTPServerSession): StoredMail {
  const headers = headersOf(raw);
  const from = session.envelope.mailFrom;
  return {
    at: new Date().toISOString(),
    from: from === false ? null : from.address,
    to: session.envelope.rcptTo.map((recipient) => recipient.address),
    subject: headers['subject'] ?? null,
    messageId: headers['message-id'] ?? null,
    headers,
    raw,
  };
}
