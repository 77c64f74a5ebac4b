import { condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { AttemptActivities, DecideResult } from '../../../contracts/attempts/activities';
import type { CommandRequest } from '../../../contracts/attempts/commands';
import {
  type AttemptView,
  changeStatusUpdate,
  createUpdate,
  type ExamAttemptInput,
} from '../../../contracts/attempts/messages';

type Regular = Pick<AttemptActivities, 'decide' | 'performEffect'>;

const activities = proxyActivities<Regular>({ startToCloseTimeout: '15 seconds' });

/** The least a workflow can do: it takes the updates of an attempt and answers with a view of the same size. */
export async function floor(input: ExamAttemptInput): Promise<void> {
  let view = emptyView(input);
  setHandler(createUpdate, () => view);
  setHandler(changeStatusUpdate, ({ status }) => {
    view = { ...view, status: status as AttemptView['status'], version: view.version + 1 };
    return view;
  });
  await condition(() => false);
}

/** An attempt as one would first write it: the decision is a regular activity, and so is every effect of it. */
export async function regular({ examId, userId, attemptNumber }: ExamAttemptInput): Promise<void> {
  let confirmedVersion = 0;
  const command = async (commandId: string, request: CommandRequest): Promise<AttemptView> => {
    const key = { examId, userId, attemptNumber };
    const result = await activities.decide({ key, commandId, command: request, nowMs: Date.now(), confirmedVersion });
    const { attempt, due, version } = applied(result).state;
    confirmedVersion = version;
    for (const { effectId } of due) await activities.performEffect({ effectId });
    return { ...(attempt as AttemptView), pendingEffects: 0 };
  };
  setHandler(createUpdate, ({ commandId, ...rest }) => command(commandId, { type: 'create', ...rest }));
  setHandler(changeStatusUpdate, ({ commandId, status, ...rest }) =>
    command(commandId, { type: 'changeStatus', to: status, ...rest }),
  );
  await condition(() => false);
}

function applied(result: DecideResult): Extract<DecideResult, { kind: 'applied' }> {
  if (result.kind === 'applied') return result;
  throw new Error(`The bench expects every command to be accepted, not ${result.kind}.`);
}

function emptyView({ examId, userId, attemptNumber }: ExamAttemptInput): AttemptView {
  const at = new Date().toISOString();
  return {
    attemptId: '00000000-0000-4000-8000-000000000000',
    attemptCode: `${examId}.${userId}.${attemptNumber}`,
    attemptNumber,
    examId,
    userId,
    courseId: 'course-v1:Bench+floor+2026',
    contentId: 'bench-exam',
    status: 'created',
    phase: 'open',
    takingAsProctored: false,
    isSampleAttempt: false,
    isArchived: false,
    isCurrent: true,
    externalId: null,
    allowedTimeLimitMins: 90,
    startedAt: null,
    completedAt: null,
    deadline: null,
    timeRemainingSeconds: null,
    reviewDueAt: null,
    pendingEffects: 0,
    needsAttention: [],
    version: 1,
    createdAt: at,
    modifiedAt: at,
  };
}
