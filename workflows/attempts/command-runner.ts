import { ActivityFailure, ApplicationFailure, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { AttemptActivities, DecideResult, Refused } from '../../contracts/attempts/activities';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { AttemptKey, AttemptState, AttemptTimings } from '../../contracts/attempts/messages';
import { decideOptions, questionOptions } from '../activity-options';
import type { Mutex } from '../mutex';
import { summaryOf } from './summaries';

/** The most questions a command may need answered: registration, removal and the grade switch exclude each other. */
const MAX_QUESTIONS = 3;

type Decided = Exclude<DecideResult, { kind: 'ask' | 'refused' }>;

/** Has commands decided, and asks other services what a decision depends on. */
export class CommandRunner {
  constructor(
    private readonly key: AttemptKey,
    private readonly timings: AttemptTimings,
    private readonly mutex: Mutex,
    /** The workflow's cache: its version counts as confirmed. */
    private readonly known: () => AttemptState,
    /** A refusal left something to be done outside. */
    private readonly onLeftOver: () => void,
  ) {}

  /** @throws ApplicationFailure with the code of a refusal. */
  async run(commandId: string, command: CommandRequest): Promise<Decided> {
    for (let asked = 0; asked <= MAX_QUESTIONS; asked += 1) {
      const result = await this.mutex.runExclusive(() => this.decide(commandId, command));
      if (result.kind === 'refused') {
        if (result.leavesEffects) this.onLeftOver();
        throw toFailure(result);
      }
      if (result.kind !== 'ask') return result;
      await this.askQuestion(commandId, result.question);
    }
    throw ApplicationFailure.nonRetryable('The command asked more questions than there are.', 'internal-error');
  }

  private decide(commandId: string, command: CommandRequest): Promise<DecideResult> {
    const known = this.known();
    const options = { ...decideOptions, summary: summaryOf(command, known) };
    const { decide } = proxyLocalActivities<Pick<AttemptActivities, 'decide'>>(options);
    return decide({ key: this.key, commandId, command, nowMs: Date.now(), confirmedVersion: known.version });
  }

  private async askQuestion(commandId: string, question: string): Promise<void> {
    const options = questionOptions(this.timings, `ask: ${question}`);
    try {
      await proxyActivities<Pick<AttemptActivities, 'askOutside'>>(options).askOutside({ commandId, key: this.key });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      const detail = `No answer to "${question}" in ${this.timings.questionTimeoutMs} ms; nothing was changed. Repeat with the same Idempotency-Key.`;
      throw ApplicationFailure.nonRetryable(detail, 'provider-unavailable');
    }
  }
}

/** A refusal as callers of an update get it. */
export function toFailure({ detail, code, attemptCode, reason }: Refused): ApplicationFailure {
  const details = attemptCode !== undefined || reason !== undefined ? [{ attemptCode, reason }] : [];
  return ApplicationFailure.create({ message: detail, type: code, nonRetryable: true, details });
}
