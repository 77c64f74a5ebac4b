import { BoundedMap } from './bounded';
import type { Subject } from './journal';

export interface ProviderAttempt {
  subject: Subject;
  status: 'created' | 'started' | 'submitted' | 'error' | 'deleted';
}

/** The attempts the providers know: those they gave an id to. */
export class ProviderState {
  private readonly attempts: BoundedMap<ProviderAttempt>;

  constructor(keep: number) {
    this.attempts = new BoundedMap(keep);
  }

  /** Undefined for an id the provider never gave: another provider's, or made up. */
  attempt(provider: string, externalId: string): ProviderAttempt | undefined {
    return this.attempts.get(`${provider} ${externalId}`);
  }

  save(provider: string, externalId: string, attempt: ProviderAttempt): void {
    this.attempts.set(`${provider} ${externalId}`, attempt);
  }
}
