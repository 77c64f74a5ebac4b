import type { AllowedReason } from '../allowed-acts';
import type { CellState } from '../cells';
import type { StudentDifference } from '../differences';
import type { EvaluationWarning } from '../evaluation';
import type { GateRefusalCode } from '../gate';
import type { ShownGroupState } from '../group-result';
import type { SettingsFaultCode } from '../settings-check';
import type { StatusFaultCode } from '../status-check';
import type { QualificationStatusName } from '../statuses';

/** Every code people are shown, by kind. A code without words in some language doesn't compile. */
export type MessageKey =
  | `status.${QualificationStatusName}`
  | `answer.${'yes' | 'no' | 'undecided'}`
  | `cell.${CellState | Exclude<ShownGroupState, 'corrected'>}`
  | `change.${StudentDifference['change']}`
  | `warning.${EvaluationWarning}`
  | `gate.${GateRefusalCode}`
  | `fault.${SettingsFaultCode | StatusFaultCode}`
  | `hindrance.${AllowedReason}`;
