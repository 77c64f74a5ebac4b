import type { Client } from '@temporalio/client';
import { DEV_ISSUER, signDevToken } from '../../config/dev-key';
import { qualificationDraftWorkflowId } from '../../contracts/qualification/messages';
import { ApiClient } from '../../dev/api-client';
import type { Stack } from '../../dev/stack';
import { inDays } from '../support/semester';
import { untilClosed } from '../support/temporal-fixture';
import type { LifeCycle } from './life-cycles';

interface Draft {
  draftId: string;
}

/** Drafts of one period, through the public API. */
class Drafter {
  constructor(
    readonly periodId: string,
    private readonly api: ApiClient,
  ) {}

  private get drafts(): string {
    return `/periods/${this.periodId}/qualification/drafts`;
  }

  async create(choice: object): Promise<string> {
    return (await this.api.post<Draft>(this.drafts, choice)).draftId;
  }

  change(draftId: string, choice: object): Promise<unknown> {
    return this.api.patch(`${this.drafts}/${draftId}`, choice);
  }

  save(draftId: string, request: object): Promise<unknown> {
    return this.api.post(`${this.drafts}/${draftId}/save`, request);
  }

  discard(draftId: string): Promise<unknown> {
    return this.api.remove(`${this.drafts}/${draftId}`);
  }
}

const BY_ALL = { plugin: 'approved.all' };

const PLAYS: Record<string, (drafter: Drafter) => Promise<string>> = {
  'draft-saved': async (one) => {
    const draftId = await one.create({});
    await one.change(draftId, BY_ALL);
    await one.save(draftId, { status: 'final' }).catch(() => undefined);
    await one.save(draftId, { status: 'ready' });
    return draftId;
  },
  'draft-discarded': async (one) => {
    const draftId = await one.create(BY_ALL);
    await one.discard(draftId);
    return draftId;
  },
  'draft-expired': (one) => one.create(BY_ALL),
};

/** Plays what a draft can live through, each in a period of its own, until its workflow has closed. */
export async function recordDrafts(stack: Stack, client: Client): Promise<LifeCycle[]> {
  const scope = 'qualification:read qualification:write qualification:admin';
  const token = await signDevToken(stack.devKeyFile, { sub: 'office', scope });
  const api = new ApiClient(stack.urls.api, token);
  await api.put('/nodes/subject', { kind: 'subject', name: 'Subject' });
  const cycles: LifeCycle[] = [];
  for (const [name, play] of Object.entries(PLAYS)) {
    const periodId = `period-${name}`;
    const dates = { startsAt: inDays(-90), endsAt: inDays(30) };
    await api.put(`/periods/${periodId}`, { nodeId: 'subject', shortName: name, longName: name, ...dates });
    await api.put(`/periods/${periodId}/administrators/office?issuer=${DEV_ISSUER}`, {});
    const draftId = await play(new Drafter(periodId, api));
    const workflowId = qualificationDraftWorkflowId({ periodId, draftId });
    await untilClosed(client, workflowId);
    cycles.push({ name, workflowId });
  }
  return cycles;
}
