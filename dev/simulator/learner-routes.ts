import type { ConfiguredAnswers } from './answers';
import type { RoutedAnswer } from './routed-answer';
import { type RoutedRequest, problem, type Route } from './routing';

type What = 'grade' | 'certificate' | 'gradebook';

function byQuery(what: What): Route['handle'] {
  return ({ params, query }: RoutedRequest, answers: ConfiguredAnswers): RoutedAnswer => {
    const { username } = query;
    return username ? answers.learners.learner(what, params[0] ?? '', username) : problem(400, 'username is needed');
  };
}

/** What learner exports ask for. Nothing has an effect. */
export const LEARNER_ROUTES: Route[] = [
  { service: 'grades', method: 'GET', path: /^\/api\/grades\/v1\/courses\/([^/]+)\/$/, handle: byQuery('grade') },
  { service: 'grades', method: 'GET', path: /^\/api\/grades\/v1\/gradebook\/([^/]+)\/$/, handle: byQuery('gradebook') },
  {
    service: 'certificates',
    method: 'GET',
    path: /^\/api\/certificates\/v0\/certificates\/([^/]+)\/courses\/([^/]+)\/$/,
    handle: ({ params }, answers) => answers.learners.learner('certificate', params[1] ?? '', params[0] ?? ''),
  },
];
