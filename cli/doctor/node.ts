import { nodeVersionProblem } from '../../config/node-version';
import { type Finding, ok, problem } from './finding';

export function nodeFindings(version: string): Finding[] {
  const fault = nodeVersionProblem(version);
  return [fault === undefined ? ok('node', version) : problem('node', fault, 'install a newer Node')];
}
