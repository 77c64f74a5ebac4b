import type { AttemptView } from '../../../contracts/attempts/messages';
import { creditFor, maySend } from '../../support/credit-rules';

/** A command that was applied, in the order in which the learner's lock let them in. */
export interface RecordedCommand {
  type: string;
  result: AttemptView;
}

interface Known {
  status: string;
  version: number;
  number: number;
  isCurrent: boolean;
}

/** The credit statuses that must have been sent in the end, computed from the result of each command. */
export class ExpectedCredit {
  /** By content and learner; a removed requirement has no entry. */
  readonly expected = new Map<string, string>();
  private readonly attempts = new Map<string, Map<string, Known>>();

  constructor(private readonly ruleSet: 'classic' | 'current') {}

  apply({ type, result }: RecordedCommand): void {
    const key = `${result.contentId}|${result.userId}`;
    const live = this.attempts.get(key) ?? new Map<string, Known>();
    this.attempts.set(key, live);
    const known = live.get(result.attemptId);
    if (type === 'remove') this.remove(key, live, result);
    else if (result.isArchived) return;
    else if (!known) this.born(key, live, type, result);
    else if (known.version !== result.version) this.moved(key, live, known, { type, result });
  }

  private born(key: string, live: Map<string, Known>, type: string, result: AttemptView): void {
    const before = [...live].find(([, { isCurrent }]) => isCurrent);
    if (before && type === 'act') this.startedOver(key, live, before);
    else if (before) live.set(before[0], { ...before[1], version: before[1].version + 1, isCurrent: false });
    this.enter(key, live, result);
  }

  private startedOver(key: string, live: Map<string, Known>, [id, before]: [string, Known]): void {
    if (before.status === 'submitted') {
      live.delete(id);
      this.expected.delete(key);
    } else live.set(id, { ...before, status: 'onboarding_reset', version: before.version + 1, isCurrent: false });
  }

  /** An action that leaves the status as it was has only made the attempt ready to be resumed. */
  private moved(key: string, live: Map<string, Known>, known: Known, { type, result }: RecordedCommand): void {
    const isQuiet = type === 'markReadyToResume' || (type === 'act' && known.status === result.status);
    if (isQuiet) live.set(result.attemptId, { ...known, version: result.version });
    else this.enter(key, live, result);
  }

  private enter(key: string, live: Map<string, Known>, result: AttemptView): void {
    const { attemptId, status, version, attemptNumber: number, isCurrent, isSampleAttempt } = result;
    const others = [...live].filter(([id]) => id !== attemptId).map(([, other]) => other.status);
    live.set(attemptId, { status, version, number, isCurrent });
    const said = creditFor(status, this.ruleSet);
    if (said !== undefined && (isSampleAttempt || maySend(status, others))) this.expected.set(key, said);
  }

  private remove(key: string, live: Map<string, Known>, { attemptId, status }: AttemptView): void {
    live.delete(attemptId);
    if (creditFor(status, this.ruleSet) !== undefined) this.expected.delete(key);
    const rest = [...live].toSorted(([, one], [, other]) => one.number - other.number);
    const [id, newest] = rest.at(-1) ?? [];
    if (!id || !newest || rest.some(([, { isCurrent }]) => isCurrent)) return;
    live.set(id, { ...newest, version: newest.version + 1, isCurrent: true });
  }
}
