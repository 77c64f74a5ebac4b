import type { Call } from '../../../clients/http/call';
import { ServiceError } from '../../../clients/http/service-error';
import type { Platform } from '../../../clients/platform/services';
import { readSettings } from '../../../config/settings';
import { Simulator } from '../../../dev/simulator/simulator';
import { buildPlatform } from '../../../worker/build-platform';

export const REF = {
  userId: 'u1',
  courseId: 'course-v1:Oracle+P101+2026',
  contentId: 'block-v1:Oracle+P101+2026+type@sequential+block@e1',
};
export const OBFUSCATION_KEY = 'obfuscation-key-of-the-tests';

export interface PlatformFixture {
  simulator: Simulator;
  platform: Platform;
  end(): Promise<void>;
}

/** A running simulator and a platform configured for it, over loopback. */
export async function startPlatform(env: Record<string, string> = {}): Promise<PlatformFixture> {
  const simulator = new Simulator();
  const urls = await simulator.start();
  const provider = { name: 'proctor', title: 'Proctor', supportsOnboarding: true, ruleSet: 'current' };
  const settings = readSettings({
    DATABASE_URL: 'postgres://127.0.0.1/none',
    CREDIT_URL: urls.base,
    GRADES_URL: urls.base,
    CERTIFICATES_URL: urls.base,
    INSTRUCTOR_URL: urls.base,
    COURSES_URL: `${urls.base}/`,
    PLATFORM_TOKEN_URL: urls.token,
    PLATFORM_CLIENT_ID: 'invigil',
    PLATFORM_CLIENT_SECRET: 'secret',
    SERVICE_TIMEOUT_MS: '2000',
    SMTP_URL: urls.smtp,
    INVIGIL_PROVIDERS: JSON.stringify([
      { ...provider, baseUrl: urls.provider('proctor'), clientId: 'invigil', clientSecret: 'secret' },
      { ...provider, name: 'local' },
    ]),
    ...env,
  });
  const platform = buildPlatform({ ...settings, obfuscationKey: OBFUSCATION_KEY });
  const end = async (): Promise<void> => {
    simulator.faults.clear();
    await platform.close();
    await simulator.stop();
  };
  return { simulator, platform, end };
}

let calls = 0;

/** A call under a key of its own. */
export function call(): Call {
  return { key: `key-${++calls}` };
}

/** The ServiceError a call must end with. */
export async function failure(work: Promise<unknown> | undefined): Promise<ServiceError> {
  const error: unknown = await Promise.resolve(work).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServiceError)) throw new Error(`expected a ServiceError, got ${String(error)}`);
  return error;
}
