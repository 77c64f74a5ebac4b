import type { Decision, DecisionErrorCode } from '../decision';

/** A refusal writes nothing (docs/decided-differences.md#p3). The detail may name statuses, never people. */
export function refuse(code: DecisionErrorCode, detail: string): Extract<Decision, { kind: 'refused' }> {
  return { kind: 'refused', code, detail };
}
