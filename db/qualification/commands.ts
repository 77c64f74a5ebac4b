import type { Knex } from 'knex';
import { queryRow, queryRows } from '../core/query';

/** What somebody asked for: who and why, found by the command's id. Nothing of it travels through Temporal. */
export interface QualificationCommand {
  commandId: string;
  periodId: string;
  draftId: string | null;
  type: 'configure' | 'save' | 'discard' | 'retract';
  request: unknown;
  by: string;
  because: string;
  reason: string | null;
  requestId: string;
  at: Date;
  /** What came of it; null until it was decided. */
  outcome: unknown;
}

const COLUMNS = `command_id as "commandId", period_id as "periodId", draft_id as "draftId", type, request, by, because, reason,
  request_id as "requestId", at, outcome`;

/** Writes down what is asked; a command that is there already stays as it came first. */
export async function storeQualificationCommand(
  knex: Knex,
  command: Omit<QualificationCommand, 'outcome'>,
): Promise<void> {
  await queryRows(
    knex,
    `insert into qualification_commands (command_id, period_id, draft_id, type, request, by, because, reason, request_id, at)
     values (:commandId, :periodId, :draftId, :type, cast(:request as jsonb), :by, :because, :reason, :requestId, :at)
     on conflict (command_id) do nothing`,
    { ...command, request: JSON.stringify(command.request) },
  );
}

export async function findQualificationCommand(
  knex: Knex,
  commandId: string,
): Promise<QualificationCommand | undefined> {
  return queryRow<QualificationCommand>(
    knex,
    `select ${COLUMNS} from qualification_commands where command_id = :commandId`,
    { commandId },
  );
}

export async function storeOutcome(trx: Knex, commandId: string, outcome: unknown): Promise<void> {
  await queryRows(
    trx,
    'update qualification_commands set outcome = cast(:outcome as jsonb) where command_id = :commandId',
    { commandId, outcome: JSON.stringify(outcome) },
  );
}
