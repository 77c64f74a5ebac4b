import { DUE_DATE_OVERRIDE, EXTRA_TIME } from '../../domain/attempts/allowances';

/**
 * The due date of an attempt `a` on an exam `e`. The learner's own counts where the minutes are not fixed; where they are, it
 * counted at the start.
 */
export const DUE_DATE = `case when a.allowed_time_limit_mins is null then coalesce((select cast(l.value as timestamptz)
    from allowances l where l.exam_id = a.exam_id and l.user_id = a.user_id and l.key = '${DUE_DATE_OVERRIDE}'), e.due_date)
  else e.due_date end`;

/** The learner's extra minutes. They count only where the minutes are not fixed. */
export const EXTRA_TIME_MINS = `case when a.allowed_time_limit_mins is null then ${extraTimeMinsSql('a.exam_id', 'a.user_id')} else 0 end`;

/** SQL for the sum of a learner's extra time on an exam in whole minutes; values that are no number do not count. */
export function extraTimeMinsSql(examId: string, userId: string): string {
  return `coalesce((select sum(trunc(l.value::numeric))::int from allowances l where l.exam_id = ${examId} and l.user_id = ${userId}
    and l.key = '${EXTRA_TIME}' and l.value ~ '^[0-9]{1,6}([.][0-9]{1,6})*$'), 0)`;
}
