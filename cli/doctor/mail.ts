import { SmtpMail } from '../../clients/mail/smtp';
import type { Settings } from '../../config/settings';
import { type Finding, well, problem, warning } from './finding';

/** Null when there is no mail server. */
export type ObservedMail = { host: string; failure?: string } | null;

const PATIENCE_MS = 5_000;

/** Connects, greets and logs in as a worker would; sends nothing. */
export async function observeMail({
  smtpUrl,
  mailFrom,
}: Pick<Settings, 'smtpUrl' | 'mailFrom'>): Promise<ObservedMail> {
  if (!smtpUrl) return null;
  const host = URL.canParse(smtpUrl) ? new URL(smtpUrl).host : 'an address that is no URL';
  const mail = new SmtpMail({ url: smtpUrl, from: mailFrom, timeoutMs: PATIENCE_MS });
  try {
    await mail.greet();
    return { host };
  } catch (error) {
    return { host, failure: (error as Error).message };
  } finally {
    mail.close();
  }
}

export function mailFindings(observed: ObservedMail): Finding[] {
  if (observed === null) return [warning('mail', 'not configured: nobody is sent mail', 'set SMTP_URL')];
  const { host, failure } = observed;
  if (failure === undefined) return [well('mail', `${host} takes our greeting`)];
  return [problem('mail', `${host}: ${failure}`, 'start it, or correct SMTP_URL')];
}
