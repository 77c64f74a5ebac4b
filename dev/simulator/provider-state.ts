import { createHash, randomUUID } from 'node:crypto';
import { BoundedMap } from './bounded';
import type { Subject } from './journal';

export interface ProviderAttempt {
  subject: Subject;
  status: 'created' | 'started' | 'submitted' | 'error' | 'deleted';
}

const HEAD_LENGTH = 24;

/** An id for an attempt at the provider: its end follows from provider and beginning, so it is known as given after a restart. */
export function newExternalId(provider: string): string {
  const head = randomUUID().slice(0, HEAD_LENGTH);
  return `${head}${tailOf(provider, head)}`;
}

/** Whether the provider gave the id, in this run or in one before. */
export function isGivenBy(provider: string, externalId: string): boolean {
  const head = externalId.slice(0, HEAD_LENGTH);
  return externalId === `${head}${tailOf(provider, head)}`;
}

function tailOf(provider: string, head: string): string {
  return createHash('sha256').update(`${provider} ${head}`).digest('hex').slice(0, 12);
}

/** The attempts the providers know: those they gave an id to. */
export class ProviderState {
  private readonly attempts: BoundedMap<ProviderAttempt>;

  constructor(keep: number) {
    this.attempts = new BoundedMap(keep);
  }

  /** Undefined for one it does not remember. */
  attempt(provider: string, externalId: string): ProviderAttempt | undefined {
    return this.attempts.get(`${provider} ${externalId}`);
  }

  save(provider: string, externalId: string, attempt: ProviderAttempt): void {
    this.attempts.set(`${provider} ${externalId}`, attempt);
  }
}
