/** What package.json promises in `engines`. */
export const OLDEST_NODE = '20.19';

/** Why this Node cannot run Invigil; undefined when it can. Written so that old versions of Node can read it. */
export function nodeVersionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  const isNewEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return isNewEnough ? undefined : `Node ${OLDEST_NODE} or newer is needed, this is ${version}.`;
}

/** Each process imports this file first: what follows may fail on an old Node with words that help nobody. */
const problem = nodeVersionProblem(process.versions.node);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
