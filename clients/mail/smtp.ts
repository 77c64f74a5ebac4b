import { createTransport, type Transporter } from 'nodemailer';
import { ServiceError } from '../http/service-error';
import type { MailClient, StatusMail } from '../platform/services';

export interface SmtpOptions {
  url: string;
  from: string;
  timeoutMs: number;
}

/** RFC 3834 5: holiday notices and the like do not answer. */
const NOT_BY_A_PERSON = { 'Auto-Submitted': 'auto-generated' };

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
      await this.transport.sendMail({ from: this.options.from, headers: NOT_BY_A_PERSON, ...mail });
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

/** What nodemailer throws. `originalCode`: what the system or TLS said, e.g. SELF_SIGNED_CERT_IN_CHAIN. */
interface SmtpError {
  code?: string;
  originalCode?: string;
  responseCode?: number;
}

/** RFC 5321 4.2.1: 5yz is permanent, all else may be tried again. A refused login is the operator's to mend, as is a 401. */
function errorOfSmtp(error: unknown, what = 'mail could not be sent'): ServiceError {
  const { code, originalCode, responseCode } = error as SmtpError;
  const permanent =
    (responseCode !== undefined && responseCode >= 500) || (code === 'EENVELOPE' && responseCode === undefined);
  const kind = permanent && code !== 'EAUTH' ? 'refused' : 'retryable';
  const codes = [code, originalCode].filter((one) => one !== undefined).join(' ');
  return new ServiceError('mail', kind, `${what}: ${responseCode ?? (codes || 'unknown cause')}`, responseCode);
}
