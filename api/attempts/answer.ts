import type { FastifyReply } from 'fastify';
import type { Settings } from '../../config/settings';
import { reasonsOf } from '../../contracts/attempts/attention';
import { type AttemptView, examAttemptWorkflowId } from '../../contracts/attempts/messages';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import { setVersionTag } from '../http/preconditions';

/** The attempt as the HTTP contract has it: row ids and versions stay inside, links into Temporal's UI are added. */
export function attemptAnswer(view: AttemptView, settings: Settings): AttemptAnswer {
  const { attemptId: _attemptId, version: _version, sharedDeadline: _shared, ...rest } = view;
  const workflowId = examAttemptWorkflowId(view);
  const namespace = encodeURIComponent(settings.temporalNamespace);
  const temporalUrl = `${settings.temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
  return { ...rest, needsAttention: [...reasonsOf(view.needsAttention)], workflowId, temporalUrl };
}

/** An answer that is one attempt says which version it is. */
export function sendAttempt(reply: FastifyReply, view: AttemptView, settings: Settings): AttemptAnswer {
  setVersionTag(reply, view.version);
  return attemptAnswer(view, settings);
}
