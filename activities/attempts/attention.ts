import type { AttemptActivities } from '../../contracts/attempts/activities';
import { raiseAttention } from '../../db/attempts/attention';
import type { Dependencies } from './dependencies';

/** Asks for an operator: stored in the row, shown by the API and as the search attribute NeedsAttention. */
export function attentionActivities({ knex }: Dependencies): Pick<AttemptActivities, 'raiseAttention'> {
  return { raiseAttention: ({ key, reason }) => raiseAttention(knex, key, reason) };
}
