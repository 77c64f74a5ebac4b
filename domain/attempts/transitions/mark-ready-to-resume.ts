import type { Decision, World } from '../decision';
import { revised } from './entry';
import { refuse } from './refusals';

/** Staff lets the learner go on after an error: the next attempt resumes this one (timing.json, mark_ready_to_resume). */
export function markReadyToResume(world: World): Decision {
  const { attempt } = world;
  if (attempt === null) return refuse('attempt-not-found', 'There is no such attempt.');
  if (!attempt.isResumable) return refuse('not-resumable', 'The attempt is not resumable.');
  const after = revised(world, attempt, { isResumable: false, readyToResume: true });
  const writes = [{ do: 'save', before: attempt, after } as const];
  return { kind: 'accepted', attemptId: attempt.id, writes, archive: [], effects: [] };
}
