import { BoundedMap } from './bounded';
import type { Subject } from './journal';

export interface ProviderAttempt {
  subject: Subject;
  status: 'created' | 'started' | 'submitted' | 'error' | 'deleted';
}

/** The attempts the providers know. An id they never gave out is taken as one from before their start. */
export class ProviderState {
  private readonly attempts: BoundedMap<ProviderAttempt>;

  constructor(keep: number) {
    this.attempts = new BoundedMap(keep);
  }

  attempt(provider: string, externalId: string): ProviderAttempt {
    const known = this.attempts.get(`${provider} ${externalId}`);
    return known ?? { subject: { externalId }, status: 'created' };
  }

  save(provider: string, externalId: string, attempt: ProviderAttempt): void {
    this.attempts.set(`${provider} ${externalId}`, attempt);
  }
}
