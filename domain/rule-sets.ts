import type { AttemptStatus } from './statuses';

/** What varies between proctoring systems, as data. Chosen per provider by name; each field can be overridden. */
export interface RuleSet {
  name: 'classic' | 'current';
  /**
   * `true`: timed_out is a status of its own; `false`: it becomes submitted; `unset`: from `created` it stays timed_out,
   * else submitted (spec 001 example 3; golden traces_classic_dev.json note 1).
   */
  allowTimedOutState: boolean | 'unset';
  cascadingStatuses: readonly AttemptStatus[];
  completedToErrorAllowed: boolean;
  sameStatusIsNoop: boolean;
  creditStatusForDeclined: 'declined' | 'failed';
  /** `ask`: the grades service's switch decides; `never`: rejection leaves grades alone. */
  gradeOverrideOnRejection: 'ask' | 'never';
  /** Allowed minutes are fixed at start; classic fixes them at creation (no time rule in the specification). */
  timeFixedAtStart: boolean;
  archiveRule: 'old-status-on-change';
  passingReviewStatuses: readonly string[];
  notReviewedStatus: AttemptStatus;
  secondReviewForFailures: boolean;
  allowReviewUpdates: boolean;
  reviewCheckOrder: readonly string[];
  allowCallbackSimulation: boolean;
}
