import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The OpenID provider of oidc-issuer-process.mjs: it is an ES module and keeps its state per process, so it has its own. */
export class OidcIssuer {
  private constructor(
    private readonly child: ChildProcess,
    readonly issuer: string,
  ) {}

  static async start(...keys: string[]): Promise<OidcIssuer> {
    const child = fork(join(__dirname, 'oidc-issuer-process.mjs'), { silent: true });
    const started = new OidcIssuer(child, await nextAnswer(child));
    await started.publish(...keys);
    return started;
  }

  get jwksUrl(): string {
    return `${this.issuer}/jwks`;
  }

  /** From now on these keys are published, and the first of them signs. */
  async publish(...keys: string[]): Promise<void> {
    this.child.send({ keys });
    await nextAnswer(this.child);
  }

  async token(): Promise<string> {
    const secret = Buffer.from('exam-service:a+secret+of+the+test+issuer+only').toString('base64');
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${secret}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'exams:read attempts:read' }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`The issuer answered ${response.status} without a token`);
    return token;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

/** @throws when the process ends instead of answering. */
async function nextAnswer(child: ChildProcess): Promise<string> {
  const decided = new AbortController();
  const { signal } = decided;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The issuer has ended; run tests/support/oidc-issuer-process.mjs by hand to see why');
  });
  const answered = once(child, 'message', { signal }) as Promise<[{ issuer: string }]>;
  ended.catch(() => undefined);
  answered.catch(() => undefined);
  const [{ issuer }] = await Promise.race([answered, ended]).finally(() => decided.abort());
  return issuer;
}
