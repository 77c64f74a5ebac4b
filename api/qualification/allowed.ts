import type { FastifyRequest } from 'fastify';
import { isImportRunning } from '../../db/qualification/imports';
import type { StoredPeriod } from '../../db/qualification/periods';
import { findActiveStatus } from '../../db/qualification/statuses';
import { type Allowed, allowedActs, type AllowedActs } from '../../domain/qualification/allowed-acts';
import { wordsFor } from '../../domain/qualification/messages/catalogue';
import { hasEnded } from '../../domain/qualification/model';
import type { Language } from '../../domain/qualification/text';
import type { ApiContext } from '../context';
import { languageOf } from '../http/language';
import { type AskedBy, readAccess } from './access';

type AllowedInWords = { allowed: true } | { allowed: false; reason: string; text: string };

/** What the caller may do with a period now, and why not. */
export async function allowedFor(
  context: ApiContext,
  request: AskedBy & Pick<FastifyRequest, 'headers'>,
  period: StoredPeriod,
): Promise<Record<keyof AllowedActs, AllowedInWords>> {
  const { knex, now } = context;
  const { decide } = await readAccess(context, request.principal, period.periodId);
  const access = {
    draft: decide({ type: 'draft' }),
    save: decide({ type: 'save' }),
    retract: decide({ type: 'retract' }),
    'mark-exported': decide({ type: 'mark-exported' }),
  };
  const acts = allowedActs(access, {
    periodEnded: hasEnded(period, now()),
    importRunning: await isImportRunning(knex, period.periodId),
    hasStatus: (await findActiveStatus(knex, period.periodId)) !== null,
  });
  const language = languageOf(request.headers['accept-language'], period.language);
  const inWords = (allowed: Allowed): AllowedInWords => allowedInWords(allowed, language);
  return {
    preview: inWords(acts.preview),
    save: inWords(acts.save),
    retract: inWords(acts.retract),
    export: inWords(acts.export),
  };
}

function allowedInWords(allowed: Allowed, language: Language): AllowedInWords {
  return allowed.allowed ? allowed : { ...allowed, text: wordsFor(`hindrance.${allowed.reason}`, language) };
}
