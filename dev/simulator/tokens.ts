import { randomUUID } from 'node:crypto';

/** The simulator's OAuth2 server: any client gets a token, unless `refuse` is set. */
export class SimulatorTokens {
  private readonly valid = new Map<string, number>();
  ttlSeconds = 3600;
  refuse = false;

  issue(now = Date.now()): { access_token: string; token_type: string; expires_in: number } {
    const token = randomUUID();
    for (const [old, end] of this.valid) if (end <= now) this.valid.delete(old);
    this.valid.set(token, now + this.ttlSeconds * 1000);
    return { access_token: token, token_type: 'JWT', expires_in: this.ttlSeconds };
  }

  accepts(authorization: string | undefined, now = Date.now()): boolean {
    const token = /^(?:Bearer|JWT) (.+)$/.exec(authorization ?? '')?.[1];
    return token !== undefined && (this.valid.get(token) ?? 0) > now;
  }

  revokeAll(): void {
    this.valid.clear();
  }
}
