import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { findQualificationCommand, storeQualificationCommand } from '../../db/qualification/commands';
import { findDraft, type StoredDraft } from '../../db/qualification/drafts';
import type { StudentDifference } from '../../domain/qualification/differences';
import { draftFault } from '../../domain/qualification/drafts';
import type { SaveDecision } from '../../domain/qualification/save';
import type { Language } from '../../domain/qualification/text';
import type { ApiContext } from '../context';
import { faultsProblem } from './choice';

/** The same command makes the same draft, however often it is sent. */
export function draftIdOf(commandId: string): string {
  return createHash('sha256').update(`draft:${commandId}`).digest('base64url').slice(0, 22);
}

export interface AskedCommand {
  periodId: string;
  draftId: string | null;
  type: 'configure' | 'save' | 'discard' | 'retract';
  request: object;
  reason?: string | undefined;
}

/** Writes down who asks for what, before anybody is told to do it: what is told is the command's id alone. */
export async function askFor(context: ApiContext, request: FastifyRequest, asked: AskedCommand): Promise<void> {
  await storeQualificationCommand(context.knex, {
    commandId: request.commandId,
    periodId: asked.periodId,
    draftId: asked.draftId,
    type: asked.type,
    request: asked.request,
    by: request.principal.id,
    because: 'command',
    reason: asked.reason ?? null,
    requestId: request.id,
    at: context.now(),
  });
}

/** The draft of this period, however it ended. @throws ApiError 404 */
export async function requireDraft({ knex }: ApiContext, periodId: string, draftId: string): Promise<StoredDraft> {
  const draft = await findDraft(knex, draftId);
  if (draft === undefined || draft.periodId !== periodId) throw new ApiError('draft-not-found');
  return draft;
}

/** A draft that can still be looked into. @throws ApiError 404, 409 or 410 */
export async function requireOpenDraft(context: ApiContext, periodId: string, draftId: string): Promise<StoredDraft> {
  const draft = await requireDraft(context, periodId, draftId);
  const { draftExpiresMs: expiresAfterMs } = context.settings.qualification;
  const fault = draftFault({ ...draft, expiresAfterMs }, periodId, context.now());
  if (fault !== null) throw new ApiError(fault);
  return draft;
}

/** A draft with a preview. @throws ApiError 409 too */
export async function requirePreview(context: ApiContext, periodId: string, draftId: string): Promise<StoredDraft> {
  const draft = await requireOpenDraft(context, periodId, draftId);
  if (draft.state === 'failed') throw new ApiError('draft-failed', draft.failure ?? undefined);
  if (draft.state !== 'ready') throw new ApiError('draft-not-ready');
  return draft;
}

/** Differences told in one answer; the number says how many there are. */
const MOST_DIFFERENCES = 1_000;

/** Calls, and on a refusal tells the caller what stands with the command: faults with their places, or what differs. */
export async function withOutcome<T>(
  { knex }: ApiContext,
  request: FastifyRequest,
  language: Language,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const command = await findQualificationCommand(knex, request.commandId);
    const outcome = command?.outcome as Exclude<SaveDecision, { kind: 'saved' }> | null | undefined;
    if (outcome?.kind === 'invalid') throw faultsProblem(outcome.faults, language);
    if (outcome?.kind !== 'refused' || outcome.code !== error.code) throw error;
    throw new ApiError(error.code, undefined, differenceExtras(outcome.differences));
  }
}

function differenceExtras(differences: readonly StudentDifference[]): Record<string, number | readonly object[]> {
  if (differences.length === 0) return {};
  return { differing: differences.length, differences: differences.slice(0, MOST_DIFFERENCES) };
}

/** `If-Match: "v3"`, as a draft's ETag was. @throws ApiError 400 for anything else */
export function ifVersion(request: FastifyRequest): { ifVersion?: number } {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return {};
  const [, version] = /^"v(\d{1,9})"$/.exec(header) ?? [];
  if (version === undefined) throw new ApiError('bad-request', 'If-Match is the ETag of a draft, such as "v3".');
  return { ifVersion: Number(version) };
}
