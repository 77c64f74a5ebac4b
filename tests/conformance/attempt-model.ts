import { TableModel } from '../../db/core/models';
import type { Attempt } from '../../domain/attempts/model';

/** The table of attempts, for cases whose rows are stored as they were recorded. */
export class AttemptModel extends TableModel implements Attempt {
  static override readonly tableName = 'attempts';
  declare id: string;
  declare code: string;
  declare number: number;
  declare examId: number;
  declare courseId: string;
  declare userId: string;
  /** The learner's full name when the attempt was made. */
  declare studentName: string;
  declare status: Attempt['status'];
  declare takingAsProctored: boolean;
  declare isSampleAttempt: boolean;
  declare externalId: string | null;
  declare provider: string | null;
  declare allowedTimeLimitMins: number | null;
  declare startedAt: Date | null;
  declare completedAt: Date | null;
  declare timeRemainingSeconds: number | null;
  declare isResumable: boolean;
  declare readyToResume: boolean;
  declare resumed: boolean;
  declare isCurrent: boolean;
  declare reviewDueAt: Date | null;
  declare version: number;
  declare createdAt: Date;
  declare modifiedAt: Date;
  /** The newest version the workflow has confirmed. */
  declare confirmedVersion: number;
  declare attentionReasons: string[];
  declare touchedAt: Date;
}
