import type { AttemptActivities, DecideResult } from '../../contracts/attempts/activities';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';

type WithStates = Pick<AttemptActivities, 'decide' | 'loadAttempt' | 'reopenEffect'>;

/**
 * The same activities, whose results name no external id: with the code beside it somebody who reads Temporal's histories
 * could send the vendor's review.
 */
export function withoutExternalIds<T extends WithStates>(activities: T): T {
  return {
    ...activities,
    decide: async (input) => strippedResult(await activities.decide(input)),
    loadAttempt: async (input) => strippedState(await activities.loadAttempt(input)),
    async reopenEffect(input) {
      const state = await activities.reopenEffect(input);
      return state !== null && 'attempt' in state ? strippedState(state) : state;
    },
  };
}

function strippedResult(result: DecideResult): DecideResult {
  const answer = 'answer' in result && result.answer ? { answer: stripped(result.answer) } : {};
  const state = 'state' in result ? { state: strippedState(result.state) } : {};
  return { ...result, ...answer, ...state };
}

function strippedState(state: AttemptState): AttemptState {
  return { ...state, attempt: state.attempt && stripped(state.attempt) };
}

function stripped({ externalId: _inside, ...view }: AttemptView): AttemptView {
  return view;
}
