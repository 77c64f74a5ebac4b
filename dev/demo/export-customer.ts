import { signDevToken } from '../../config/dev-key';
import type { ImportLine } from '../../contracts/http/customer-import';
import { ApiClient } from '../api-client';
import { channelBody, enrolledLearner } from '../customer-set-up';
import type { Demo } from './demo';

export const CUSTOMER = 'demo-enterprise';
export const CHANNEL = 'xapi';
const EXPORTED = 2_000;
const COURSE_RUNS = 5;
/** Every so many: has not consented; is no longer tied to the customer. */
const WITHOUT_CONSENT_EVERY = 50;
const UNLINKED_EVERY = 80;
/** Learners whose records the channel will never take. */
export const POISON = [7, 1_204].map(addressOf);

export interface DemoCustomer {
  api: ApiClient;
  token: string;
  /** Of the learners who are to be exported. */
  selected: number;
}

/** A customer with two thousand enrolled, imported learners, and a learning record store as its channel. */
export async function makeDemoCustomer({ stack }: Demo): Promise<DemoCustomer> {
  const { api: url, simulator } = stack.urls;
  const token = await signDevToken(stack.devKeyFile, { sub: 'demo-exporter', scope: 'exports:read exports:write' });
  const api = new ApiClient(url, token);
  await api.put(`/customers/${CUSTOMER}`, { name: 'Demo Enterprise', slug: 'demo', enableAuditEnrollment: true });
  const limits = { requestsPerSecond: 50, concurrency: 4, batchSize: 25 };
  const body = channelBody('XAPI', simulator, { settings: { siteUrl: simulator }, limits });
  await api.put(`/customers/${CUSTOMER}/channels/${CHANNEL}`, body);
  await api.importCustomer(CUSTOMER, Array.from({ length: EXPORTED }, (_, index) => linesOf(index)).flat());
  return { api, token, selected: EXPORTED - Math.floor(EXPORTED / UNLINKED_EVERY) };
}

function addressOf(index: number): string {
  return `colleague-${index}@example.org`;
}

/** All names are invented. */
function linesOf(index: number): ImportLine[] {
  const userId = `colleague-${index}`;
  const courseRunId = `course-v1:Invigil+WORK${(index % COURSE_RUNS) + 1}+2026`;
  const linked = (index + 1) % UNLINKED_EVERY !== 0;
  const granted = (index + 1) % WITHOUT_CONSENT_EVERY !== 0;
  const learner = { userId, username: userId, email: addressOf(index), linked };
  return enrolledLearner({ enrollmentId: index + 1, courseRunId, granted }, learner);
}
