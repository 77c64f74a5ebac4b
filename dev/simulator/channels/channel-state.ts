import { randomUUID } from 'node:crypto';
import { BoundedList } from '../bounded';
import { type ChannelSettings, plainSettings } from './channel-settings';

/** Raw requests kept per channel. */
const KEPT = 10_000;

/** How often a channel took a record of a learner and a course, and how often it refused or had it already. */
export interface RecordCount {
  learner: string;
  course: string;
  accepted: number;
  refused: number;
  /** Resends that changed nothing. */
  repeated: number;
}

/** A request as it came in; credentials are masked. */
export interface ChannelRequest {
  seq: number;
  at: string;
  method: string;
  path: string;
  query: Record<string, string>;
  contentType: string | null;
  /** Scheme of the Authorization header. */
  authorization: string | null;
  body: string;
  status: number | null;
}

/** What a simulated channel remembers. Records are never forgotten but by `clear`: exactly-once is checked against them. */
export class ChannelState {
  settings: ChannelSettings = plainSettings();
  private readonly counts = new Map<string, RecordCount>();
  private readonly requests = new BoundedList<ChannelRequest>(KEPT);
  private readonly tokens = new Map<string, { identity: string; ends: number }>();
  private seq = 0;
  private answers = 0;
  tokensIssued = 0;

  received(request: Omit<ChannelRequest, 'seq' | 'at' | 'status'>): ChannelRequest {
    const entry = { seq: ++this.seq, at: new Date().toISOString(), status: null, ...request };
    this.requests.add(entry);
    return entry;
  }

  log(): readonly ChannelRequest[] {
    return this.requests.all();
  }

  /** Counts an answer and says whether it is to be a 429. */
  isBusy(): boolean {
    const { busyEvery } = this.settings;
    this.answers += 1;
    return busyEvery > 0 && this.answers % busyEvery === 0;
  }

  count(learner: string, course: string, what: 'accepted' | 'refused' | 'repeated'): void {
    const id = `${learner} ${course}`;
    const count = this.counts.get(id) ?? { learner, course, accepted: 0, refused: 0, repeated: 0 };
    count[what] += 1;
    this.counts.set(id, count);
  }

  records(): RecordCount[] {
    return [...this.counts.values()];
  }

  totals(): { learners: number; accepted: number; refused: number; repeated: number; doubled: number; tokens: number } {
    const totals = { learners: 0, accepted: 0, refused: 0, repeated: 0, doubled: 0, tokens: this.tokensIssued };
    for (const count of this.counts.values()) {
      totals.learners += 1;
      totals.accepted += count.accepted;
      totals.refused += count.refused;
      totals.repeated += count.repeated;
      if (count.accepted > 1) totals.doubled += 1;
    }
    return totals;
  }

  issue(identity: string): object {
    const { malformedToken, tokenSeconds } = this.settings;
    if (malformedToken) return { expires_in: tokenSeconds };
    const token = randomUUID();
    const now = Date.now();
    for (const [old, { ends }] of this.tokens) {
      if (ends > now) break;
      this.tokens.delete(old);
    }
    this.tokens.set(token, { identity, ends: now + tokenSeconds * 1000 });
    this.tokensIssued += 1;
    return { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds };
  }

  /** The identity of a bearer token; null when it isn't valid. */
  identityOf(authorization: string | undefined): string | null {
    const held = this.tokens.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
    return held && held.ends > Date.now() ? held.identity : null;
  }

  revokeTokens(): void {
    this.tokens.clear();
  }

  clear(): void {
    this.counts.clear();
    this.requests.clear();
    this.answers = 0;
    this.tokensIssued = 0;
  }
}
