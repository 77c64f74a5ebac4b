import type { AttemptView } from '../../../contracts/attempts/messages';
import { creditFor, mayTell } from '../../unit/domain/interleavings/credit-rules';

/** A command that was applied, in the order in which the learner's lock let them in. */
export interface AppliedCommand {
  type: string;
  result: AttemptView;
}

interface Known {
  status: string;
  version: number;
  number: number;
  isCurrent: boolean;
}

/** What credit must have been told in the end, worked out from what each command made of its attempt. */
export class CreditDue {
  /** By content and learner; a removed requirement is none. */
  readonly told = new Map<string, string>();
  private readonly places = new Map<string, Map<string, Known>>();

  constructor(private readonly ruleSet: 'classic' | 'current') {}

  follow({ type, result }: AppliedCommand): void {
    const place = `${result.contentId}|${result.userId}`;
    const live = this.places.get(place) ?? new Map<string, Known>();
    this.places.set(place, live);
    const known = live.get(result.attemptId);
    if (type === 'remove') this.remove(place, live, result);
    else if (result.isArchived) return;
    else if (!known) this.born(place, live, type, result);
    else if (known.version !== result.version) this.moved(place, live, known, { type, result });
  }

  private born(place: string, live: Map<string, Known>, type: string, result: AttemptView): void {
    const before = [...live].find(([, { isCurrent }]) => isCurrent);
    if (before && type === 'act') this.startedOver(place, live, before);
    else if (before) live.set(before[0], { ...before[1], version: before[1].version + 1, isCurrent: false });
    this.enter(place, live, result);
  }

  private startedOver(place: string, live: Map<string, Known>, [id, before]: [string, Known]): void {
    if (before.status === 'submitted') {
      live.delete(id);
      this.told.delete(place);
    } else live.set(id, { ...before, status: 'onboarding_reset', version: before.version + 1, isCurrent: false });
  }

  /** An action that leaves the status as it was has only made the attempt ready to be resumed. */
  private moved(place: string, live: Map<string, Known>, known: Known, { type, result }: AppliedCommand): void {
    const isQuiet = type === 'markReadyToResume' || (type === 'act' && known.status === result.status);
    if (isQuiet) live.set(result.attemptId, { ...known, version: result.version });
    else this.enter(place, live, result);
  }

  private enter(place: string, live: Map<string, Known>, result: AttemptView): void {
    const { attemptId, status, version, attemptNumber: number, isCurrent, isSampleAttempt } = result;
    const others = [...live].filter(([id]) => id !== attemptId).map(([, other]) => other.status);
    live.set(attemptId, { status, version, number, isCurrent });
    const said = creditFor(status, this.ruleSet);
    if (said !== undefined && (isSampleAttempt || mayTell(status, others))) this.told.set(place, said);
  }

  private remove(place: string, live: Map<string, Known>, { attemptId, status }: AttemptView): void {
    live.delete(attemptId);
    if (creditFor(status, this.ruleSet) !== undefined) this.told.delete(place);
    const rest = [...live].toSorted(([, one], [, other]) => one.number - other.number);
    const [id, newest] = rest.at(-1) ?? [];
    if (!id || !newest || rest.some(([, { isCurrent }]) => isCurrent)) return;
    live.set(id, { ...newest, version: newest.version + 1, isCurrent: true });
  }
}
