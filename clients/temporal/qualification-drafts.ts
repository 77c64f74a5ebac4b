import type { UpdateDefinition } from '@temporalio/common';
import { wakeSignal } from '../../contracts/attempts/messages';
import {
  configureDraftUpdate,
  discardDraftUpdate,
  type DraftCommand,
  type DraftRef,
  type DraftView,
  QUALIFICATION_DRAFT_WORKFLOW,
  type QualificationDraftInput,
  qualificationDraftWorkflowId,
  saveDraftUpdate,
} from '../../contracts/qualification/messages';
import { QUALIFICATION_TASK_QUEUE } from '../../contracts/task-queues';
import type { WorkflowCalls, WorkflowStart } from './workflow-calls';

/** The calls about drafts. What is asked stands in the database under the command's id. */
export interface DraftGateway {
  /** Answers with the preview if it is there within `previewWaitMs`. @throws ApiError */
  configure(ref: DraftRef, command: DraftCommand, previewWaitMs: number): Promise<DraftView>;
  save(ref: DraftRef, command: DraftCommand): Promise<DraftView>;
  discard(ref: DraftRef, command: DraftCommand): Promise<DraftView>;
  /** Starts the draft's workflow where it doesn't run, to go on with what is left. */
  wakeDraft(ref: DraftRef): Promise<void>;
}

/** Workflows started by others wait so long for a preview. */
const USUAL_WAIT_MS = 2_000;

export class TemporalDrafts implements DraftGateway {
  constructor(private readonly calls: WorkflowCalls) {}

  configure(ref: DraftRef, command: DraftCommand, previewWaitMs: number): Promise<DraftView> {
    return this.update(ref, configureDraftUpdate, command, previewWaitMs);
  }

  save(ref: DraftRef, command: DraftCommand): Promise<DraftView> {
    return this.update(ref, saveDraftUpdate, command);
  }

  discard(ref: DraftRef, command: DraftCommand): Promise<DraftView> {
    return this.update(ref, discardDraftUpdate, command);
  }

  wakeDraft(ref: DraftRef): Promise<void> {
    return this.calls.signalWithStart(draftStart(ref, USUAL_WAIT_MS), wakeSignal, []);
  }

  private update(
    ref: DraftRef,
    update: UpdateDefinition<DraftView, [DraftCommand]>,
    command: DraftCommand,
    previewWaitMs = USUAL_WAIT_MS,
  ): Promise<DraftView> {
    return this.calls.updateWithStart(draftStart(ref, previewWaitMs), update, command, command.commandId);
  }
}

function draftStart(ref: DraftRef, previewWaitMs: number): WorkflowStart {
  const input: QualificationDraftInput = { ...ref, previewWaitMs };
  return {
    type: QUALIFICATION_DRAFT_WORKFLOW,
    workflowId: qualificationDraftWorkflowId(ref),
    taskQueue: QUALIFICATION_TASK_QUEUE,
    args: [input],
    typedSearchAttributes: [],
    staticSummary: `${ref.periodId} · draft of who qualifies`,
  };
}
