import { nodeVersionProblem } from '../../config/node-version';
import { type Finding, well, problem } from './finding';

export function nodeFindings(version: string): Finding[] {
  const fault = nodeVersionProblem(version);
  return [fault === undefined ? well('node', version) : problem('node', fault, 'install a newer Node')];
}
