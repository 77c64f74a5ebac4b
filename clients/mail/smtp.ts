import { createTransport, type Transporter } from 'nodemailer';
import { ServiceError } from '../http/service-error';
import type { MailClient, StatusMail } from '../platform/services';

export interface SmtpOptions {
  url: string;
  from: string;
  timeoutMs: number;
}

/** Mail by SMTP over a few kept connections. */
export class SmtpMail implements MailClient {
  private readonly transport: Transporter;

  constructor(private readonly options: SmtpOptions) {
    const limit = options.timeoutMs;
    this.transport = createTransport({
      url: options.url,
      pool: true,
      maxConnections: 4,
      connectionTimeout: limit,
      greetingTimeout: limit,
      socketTimeout: limit,
      dnsTimeout: limit,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(mail: StatusMail): Promise<void> {
    try {
      await this.transport.sendMail({ from: this.options.from, ...mail });
    } catch (error) {
      throw errorOfSmtp(error);
    }
  }

  /** Connects, greets and logs in; sends nothing. @throws ServiceError */
  async greet(): Promise<void> {
    try {
      await this.transport.verify();
    } catch (error) {
      throw errorOfSmtp(error, 'no greeting from the mail server');
    }
  }

  close(): void {
    this.transport.close();
  }
}

/** RFC 5321 4.2.1: 5yz is permanent, all else may be tried again. A refused login is the operator's to mend, as is a 401. */
function errorOfSmtp(error: unknown, what = 'mail could not be sent'): ServiceError {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const permanent =
    (responseCode !== undefined && responseCode >= 500) || (code === 'EENVELOPE' && responseCode === undefined);
  const kind = permanent && code !== 'EAUTH' ? 'refused' : 'retryable';
  return new ServiceError('mail', kind, `${what}: ${responseCode ?? code ?? 'unknown cause'}`, responseCode);
}
