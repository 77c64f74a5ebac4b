import type { Decision, RefusalCode } from '../decision';

/** A refusal writes nothing (WANTED.md P3). The detail may name statuses, never people. */
export function refuse(code: RefusalCode, detail: string): Extract<Decision, { kind: 'refused' }> {
  return { kind: 'refused', code, detail };
}
