import type { Knex } from 'knex';
import { type AttemptKey, examAttemptWorkflowId } from '../../contracts/attempts/messages';
import { awakeAttempts, coursesWithDueSaves, ownersOfDueEffects, type WithCursor } from '../../db/attempts/reconcile';

interface RowsToCompare {
  /** Each once. */
  attempts: AttemptKey[];
  courses: string[];
}

/** Goes round the rows that need a workflow, a page of each kind at a time. */
export class ReconcilePages {
  private cursors = { attempts: '', effects: '', saves: '' };

  constructor(
    private readonly knex: Knex,
    private readonly limit: number,
  ) {}

  /** All have been looked at, or none yet. */
  get isAtStart(): boolean {
    return Object.values(this.cursors).every((cursor) => cursor === '');
  }

  restart(): void {
    this.cursors = { attempts: '', effects: '', saves: '' };
  }

  async next(): Promise<RowsToCompare> {
    const { knex, limit, cursors } = this;
    const isFresh = this.isAtStart;
    const isWanted = (cursor: string): boolean => isFresh || cursor !== '';
    const attempts = isWanted(cursors.attempts) ? await awakeAttempts(knex, cursors.attempts, limit) : [];
    const owners = isWanted(cursors.effects) ? await ownersOfDueEffects(knex, cursors.effects, limit) : [];
    const saves = isWanted(cursors.saves) ? await coursesWithDueSaves(knex, cursors.saves, limit) : [];
    const after = (rows: WithCursor<unknown>[]): string => (rows.length < limit ? '' : (rows.at(-1)?.cursor ?? ''));
    this.cursors = { attempts: after(attempts), effects: after(owners), saves: after(saves) };
    const unique = new Map([...attempts, ...owners].map((key) => [examAttemptWorkflowId(key), key]));
    return {
      attempts: [...unique.values()].map(({ examId, userId, attemptNumber }) => ({ examId, userId, attemptNumber })),
      courses: saves.map(({ courseId }) => courseId),
    };
  }
}
