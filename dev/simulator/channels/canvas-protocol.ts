import type { ChannelState } from './channel-state';
import {
  type ProtocolRequest,
  bodyField,
  NO_TOKEN,
  NOT_FOUND,
  planned,
  type ChannelProtocol,
  type Silence,
  textField,
  type ProtocolAnswer,
  tokenAnswer,
} from './protocol';

const PAGE = 10;
const COURSE = /^\/api\/v1\/courses\/(\d+)\/assignments(?:\/(\d+)\/submissions\/(\d+))?$/;

interface Assignment {
  id: number;
  integration_id: string;
}

/** Canvas: users found by search, courses and assignments in pages, one grade per learner and assignment. */
export class CanvasProtocol {
  private readonly users: string[] = [];
  private readonly userIds = new Map<string, number>();
  private readonly assignments = new Map<number, Assignment[]>();
  private readonly grades = new Map<string, string>();
  private lastAssignment = 0;

  readonly answer: ChannelProtocol = (request, state) => {
    const { method, path, body } = request;
    if (method === 'POST' && path === '/login/oauth2/token') {
      const known = textField(body, 'client_id') !== '' && textField(body, 'refresh_token') !== '';
      return tokenAnswer(state, 'client', known);
    }
    if (state.identityOf(String(request.headers['authorization'] ?? '')) === null) return NO_TOKEN;
    const course = COURSE.exec(path);
    return course ? this.inCourse(request, course, state) : this.inAccount(request, state);
  };

  private inAccount(request: ProtocolRequest, state: ChannelState): ProtocolAnswer {
    const { method, path } = request;
    if (method !== 'GET') return NOT_FOUND;
    if (/^\/api\/v1\/accounts\/[^/]+\/users$/.test(path)) return this.search(request, state);
    return /^\/api\/v1\/users\/\d+\/courses$/.test(path) ? paged(request, coursesOf(state)) : NOT_FOUND;
  }

  private inCourse(
    request: ProtocolRequest,
    [, course, assignment, user]: RegExpExecArray,
    state: ChannelState,
  ): ProtocolAnswer | Silence {
    const { method, body } = request;
    if (Number(course) > state.settings.courses.length) return NOT_FOUND;
    const list = this.assignments.get(Number(course)) ?? [];
    if (assignment !== undefined)
      return method === 'PUT'
        ? this.grade({ list, id: Number(assignment), user: Number(user), body }, state)
        : NOT_FOUND;
    if (method === 'GET') return paged(request, list);
    return method === 'POST' ? this.create(Number(course), list, body) : NOT_FOUND;
  }

  private search({ query }: ProtocolRequest, state: ChannelState): ProtocolAnswer {
    const email = query['search_term'] ?? '';
    if (email === '' || state.settings.gone.includes(email)) return { status: 200, body: [] };
    const id = this.userIds.get(email) ?? this.users.push(email);
    this.userIds.set(email, id);
    return { status: 200, body: [{ id, login_id: email }] };
  }

  private create(course: number, list: Assignment[], body: unknown): ProtocolAnswer {
    const integrationId = textField(body, 'assignment', 'integration_id');
    if (integrationId === '') return { status: 400, body: { errors: 'integration_id is missing' } };
    const made = { id: ++this.lastAssignment, integration_id: integrationId };
    this.assignments.set(course, [...list, made]);
    return { status: 201, body: made };
  }

  private grade(
    { list, id, user, body }: { list: Assignment[]; id: number; user: number; body: unknown },
    state: ChannelState,
  ): ProtocolAnswer | Silence {
    const learner = this.users[user - 1];
    const assignment = list.find((one) => one.id === id);
    if (learner === undefined || !assignment) return NOT_FOUND;
    const record = { learner, course: assignment.integration_id };
    const failure = planned(state, record, (status) => ({ errors: [{ message: `failed (${status})` }] }));
    if (failure) return failure;
    const grade = JSON.stringify(bodyField(body, 'submission', 'posted_grade'));
    if (grade === undefined || state.settings.poison.includes(learner)) {
      state.count(learner, assignment.integration_id, 'refused');
      return { status: 400, body: { errors: 'bad grade' } };
    }
    const submission = `${id} ${user}`;
    state.count(learner, assignment.integration_id, this.grades.get(submission) === grade ? 'repeated' : 'accepted');
    this.grades.set(submission, grade);
    return { status: 200, body: { id: Number(`${id}${user}`) } };
  }
}

function coursesOf({ settings }: ChannelState): { id: number; integration_id: string }[] {
  return settings.courses.map((course, index) => ({ id: index + 1, integration_id: course }));
}

/** Ten rows a page, with the links Canvas gives. */
function paged({ path, query, base }: ProtocolRequest, rows: readonly object[]): ProtocolAnswer {
  const last = Math.max(1, Math.ceil(rows.length / PAGE));
  const page = Math.max(1, Number(query['page'] ?? 1));
  const link = (relation: string, number: number): string => `<${base}${path}?page=${number}>; rel="${relation}"`;
  const links = [
    link('current', page),
    ...(page < last ? [link('next', page + 1)] : []),
    link('first', 1),
    link('last', last),
  ];
  return { status: 200, body: rows.slice((page - 1) * PAGE, page * PAGE), headers: { link: links.join(', ') } };
}
