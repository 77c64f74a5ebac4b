import { DEV_ISSUER, signDevToken } from '../../config/dev-key';
import { ApiClient } from '../api-client';
import type { Progress } from '../progress';
import type { Stack } from '../stack';
import { waitFor } from '../wait-until';
import { inspectExamOffice } from './exam-office-findings';
import { lateFeedback, LATE_PAIR, PERIOD, PERIOD_BODY, periodLines, STUDENTS } from './exam-office-period';
import type { ChangeSeen, DraftSeen, ExamOfficeSeen, StatusSeen } from './exam-office-seen';
import type { Finding } from './finding';

export interface ExamOfficeResult extends ExamOfficeSeen {
  findings: Finding[];
}

const Q = `/periods/${PERIOD}/qualification`;

/** A semester of 120 students: preview, save, a late feedback that changes two of them, what changed, and the retraction. */
export async function playExamOffice(stack: Stack, progress: Progress): Promise<ExamOfficeResult> {
  const office = await imported(stack);
  progress.line(`The exam office previews who qualifies of ${STUDENTS} students.`);
  const begun = await office.post<DraftSeen>(`${Q}/drafts`, { plugin: 'approved.all' });
  const draft = await previewed(office, begun.draftId);
  const saved = await office.post<StatusSeen>(`${Q}/drafts/${draft.draftId}/save`, { status: 'ready' });
  const student = await studentApi(stack, LATE_PAIR[0]);
  const whileReady = await ownAnswer(student, LATE_PAIR[0]);
  progress.line('A late feedback comes in for a group of two.');
  await platformApi(stack).then((api) => api.importLines(`/periods/${PERIOD}/import`, [lateFeedback()]));
  const { items: changes } = await office.get<{ items: ChangeSeen[] }>(`${Q}/changes`);
  const savedList = await qualifiedIn(office, saved.seq);
  const message = 'Week 6 was graded anew for one group.';
  const retracted = await office.post<StatusSeen>(`${Q}/retract`, { message });
  const afterwards = await ownAnswer(student, LATE_PAIR[0]);
  const { items: history } = await office.get<{ items: StatusSeen[] }>(`${Q}/history`);
  const seen = { draft, saved, changes, retracted, history, savedList, told: { whileReady, afterwards } };
  return { ...seen, findings: inspectExamOffice(seen) };
}

/** The platform tells of the semester and who administers it. @returns the API as that administrator uses it */
async function imported(stack: Stack): Promise<ApiClient> {
  const platform = await platformApi(stack);
  await platform.put('/nodes/informatics', { kind: 'department', name: 'Informatics', language: 'en' });
  await platform.put(`/periods/${PERIOD}`, PERIOD_BODY);
  await platform.put(`/periods/${PERIOD}/administrators/exam-office?issuer=${DEV_ISSUER}`, {});
  await platform.importLines(`/periods/${PERIOD}/import`, periodLines());
  const scope = 'qualification:read qualification:write';
  return new ApiClient(stack.urls.api, await signDevToken(stack.devKeyFile, { sub: 'exam-office', scope }));
}

async function platformApi({ urls, devKeyFile }: Stack): Promise<ApiClient> {
  return new ApiClient(urls.api, await signDevToken(devKeyFile, { sub: 'platform', scope: 'qualification:admin' }));
}

async function studentApi({ urls, devKeyFile }: Stack, sub: string): Promise<ApiClient> {
  return new ApiClient(urls.api, await signDevToken(devKeyFile, { sub, scope: 'attempts:take' }));
}

function previewed(office: ApiClient, draftId: string): Promise<DraftSeen> {
  const ready = async (): Promise<DraftSeen | undefined> => {
    const draft = await office.get<DraftSeen>(`${Q}/drafts/${draftId}`);
    return draft.state === 'computing' ? undefined : draft;
  };
  return waitFor(ready, { what: 'the preview', timeoutMs: 60_000, intervalMs: 100 });
}

async function ownAnswer(api: ApiClient, userId: string): Promise<boolean | null> {
  const { items } = await api.get<{ items: { periodId: string; qualifies: boolean | null }[] }>(
    `/learners/${userId}/qualification`,
  );
  return items.find(({ periodId }) => periodId === PERIOD)?.qualifies ?? null;
}

async function qualifiedIn(office: ApiClient, seq: number): Promise<string[]> {
  const path = `${Q}/statuses/${seq}/students?limit=200`;
  const { items } = await office.get<{ items: { userId: string; qualifies: boolean | null }[] }>(path);
  return items.filter(({ qualifies }) => qualifies === true).map(({ userId }) => userId);
}
