import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { TemporalCalls } from '../../api/context';
import { attemptStartOptions } from '../../clients/temporal/attempt-start';
import type { DraftGateway } from '../../clients/temporal/qualification-drafts';
import { NotReadyError } from '../../config/readiness';
import { ApiError } from '../../contracts/api-error';
import type { AttemptKey, AttemptRef, AttemptTimings, AttemptView } from '../../contracts/attempts/messages';
import type { PublishResult, PublishInput } from '../../contracts/courses/messages';
import { RecordingExports } from './recording-exports';

export interface Execution {
  key: AttemptKey;
  update: string;
  input: { commandId: string; [field: string]: unknown };
  start: ReturnType<typeof attemptStartOptions>;
}

type Answer = (execution: Execution) => AttemptView | Promise<AttemptView>;

/** Replaces the Temporal gateway, so that tests see exactly what the API sends and choose the answers. */
export class RecordingGateway implements TemporalCalls {
  readonly executions: Execution[] = [];
  readonly signals: { key: AttemptKey; signal: string }[] = [];
  /** Courses whose workflow was woken. */
  readonly wakes: string[] = [];
  readonly publishes: { courseId: string; input: PublishInput }[] = [];
  answer: Answer = ({ key }) => aView(key);
  answerToPublish: (courseId: string, input: PublishInput) => PublishResult | Promise<PublishResult> = nothingPublished;
  isUp = true;
  readonly exports = new RecordingExports();
  drafts: DraftGateway = new NoDrafts();
  readonly readiness = {
    ping: async (): Promise<void> => {
      if (!this.isUp) throw new NotReadyError('Temporal cannot be reached.');
    },
    checkSearchAttributes: async (): Promise<void> => undefined,
  };

  async execute<I extends { commandId: string }>(
    ref: AttemptRef,
    update: UpdateDefinition<AttemptView, [I]>,
    input: I,
    timings: AttemptTimings,
  ): Promise<AttemptView> {
    const start = attemptStartOptions(ref, timings);
    const execution = { key: keyOf(ref), update: update.name, input: { ...input }, start };
    this.executions.push(execution);
    return this.answer(execution);
  }

  async signalWithStart<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>): Promise<void> {
    return this.signal(key, signal);
  }

  async signal<A extends unknown[]>(key: AttemptKey, signal: SignalDefinition<A>): Promise<void> {
    this.signals.push({ key: keyOf(key), signal: signal.name });
  }

  async publish(courseId: string, input: PublishInput): Promise<PublishResult> {
    this.publishes.push({ courseId, input });
    return this.answerToPublish(courseId, input);
  }

  async wakePublish(courseId: string): Promise<void> {
    this.wakes.push(courseId);
  }

  async close(): Promise<void> {}
}

function keyOf({ examId, userId, attemptNumber }: AttemptKey): AttemptKey {
  return { examId, userId, attemptNumber };
}

/** Where a test gives no drafts, there are none to be had. */
class NoDrafts implements DraftGateway {
  configure = refuseDrafts;
  save = refuseDrafts;
  discard = refuseDrafts;
  wakeDraft = refuseDrafts;
}

async function refuseDrafts(): Promise<never> {
  throw new ApiError('temporal-unavailable');
}

function nothingPublished(courseId: string): PublishResult {
  const none = { created: 0, updated: 0, removed: 0 };
  return { courseId, created: 0, updated: 0, deactivated: 0, unchanged: 0, policies: none };
}

/** An attempt as the workflow would answer. */
export function aView(key: AttemptKey, given: Partial<AttemptView> = {}): AttemptView {
  return {
    ...key,
    attemptId: 'id',
    attemptCode: `CODE-${key.attemptNumber}`,
    courseId: 'course-v1:Org+Run',
    contentId: 'block',
    status: 'created',
    phase: 'open',
    takingAsProctored: true,
    isSampleAttempt: false,
    isArchived: false,
    isCurrent: true,
    externalId: null,
    allowedTimeLimitMins: null,
    startedAt: null,
    completedAt: null,
    deadline: null,
    timeRemainingSeconds: null,
    reviewDueAt: null,
    pendingEffects: 0,
    needsAttention: [],
    version: 1,
    createdAt: '2026-03-01T10:00:00.000Z',
    modifiedAt: '2026-03-01T10:00:00.000Z',
    ...given,
  };
}
