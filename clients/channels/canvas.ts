import { type Static, Type } from '@sinclair/typebox';
import type { ExportRecord } from '../../domain/exports/model';
import { CanvasLookups, idOf } from './canvas-lookups';
import type {
  Channel,
  ChannelDefinition,
  ChannelDependencies,
  ChannelHealth,
  ChannelItem,
  ChannelSetup,
  MapResult,
  RecordResult,
} from './channel';
import { requireAccepted, Exchange, jsonOf, type ChannelRequest } from './channel-http';
import { healthOf } from './health';
import { KeyedLock } from './keyed-lock';
import { percentOf, percentText } from './percent';
import { ChannelRejection, sendEach } from './rejection';
import { assertValid, joinUrl, problemsOf, textSetting } from './setup';
import { Session, Tokens } from './tokens';

/** Canvas has one token for everything. */
const IDENTITY = '';

const shape = {
  remote: true,
  settings: Type.Object(
    {
      accountId: textSetting,
      /** What the administrator's consent was asked with; sent along with each token request. */
      state: textSetting,
    },
    { additionalProperties: false },
  ),
  credentials: Type.Object(
    { clientId: textSetting, clientSecret: textSetting, refreshToken: textSetting },
    { additionalProperties: false },
  ),
};

type Settings = Static<typeof shape.settings>;
type Credentials = Static<typeof shape.credentials>;

const limits = { batchSize: 20, requestsPerSecond: 10 };

/** What is sent of one record: its assignment, made if it is not there, and the learner's grade on it. */
interface CanvasPayload extends Record<string, string | number | boolean | Record<string, string | number | boolean>> {
  learner: string;
  course: string;
  assignment: Record<string, string | number | boolean>;
  submission: { posted_grade: number | string };
}

/** Canvas: grades on assignments, found or made by our id for them (golden canvas/*). A grade set twice is set once. */
export const canvas: ChannelDefinition = {
  kind: 'CANVAS',
  levels: ['completion', 'assessment'],
  limits,
  idempotent: true,
  credentialFields: Object.keys(shape.credentials.properties),
  validate: (setup) => problemsOf(shape, setup),
  open: (setup, dependencies) => new Canvas(setup, dependencies),
};

class Canvas implements Channel {
  readonly kind = 'CANVAS';
  readonly limits = limits;
  readonly idempotent = true;
  private readonly exchange: Exchange;
  private readonly tokens: Tokens;
  private readonly lookups: CanvasLookups;
  /** Two records of one new assignment must not both make it: Canvas would keep two. */
  private readonly making = new KeyedLock();

  constructor(
    private readonly setup: ChannelSetup,
    dependencies: ChannelDependencies,
  ) {
    assertValid(shape, setup);
    const settings = setup.settings as Settings;
    const credentials = setup.credentials as Credentials;
    this.exchange = new Exchange(dependencies);
    this.lookups = new CanvasLookups({ baseUrl: setup.baseUrl, accountId: settings.accountId });
    const form = {
      grant_type: 'refresh_token',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      state: settings.state,
      refresh_token: credentials.refreshToken,
    };
    this.tokens = new Tokens({
      kind: 'CANVAS',
      exchange: this.exchange,
      now: dependencies.now ?? Date.now,
      perLearner: false,
      request: (): ChannelRequest => ({
        method: 'POST',
        url: joinUrl(setup.baseUrl, '/login/oauth2/token'),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      }),
    });
  }

  map(record: ExportRecord): MapResult {
    return mapRecord(record);
  }

  send(batch: readonly ChannelItem[], signal = new AbortController().signal): Promise<RecordResult[]> {
    return sendEach(batch, signal, (item) => this.deliver(item, signal));
  }

  health(signal = new AbortController().signal): Promise<ChannelHealth> {
    return healthOf(() => this.tokens.getToken(IDENTITY, signal));
  }

  private async deliver({ key, record }: ChannelItem, signal: AbortSignal): Promise<RecordResult> {
    const result = mapRecord(record);
    if ('cannot' in result) return { key, outcome: 'cannot', reason: result.cannot };
    const { payload } = result;
    const session = new Session(this.tokens, this.exchange, IDENTITY, signal);
    const user = await this.lookups.user(session, payload.learner);
    const course = await this.lookups.course(session, user, payload.course);
    const assignmentKey = `${course} ${String(payload.assignment['integration_id'])}`;
    const assignment = await this.making.run(assignmentKey, () => this.assignment(session, course, payload));
    const path = `/api/v1/courses/${course}/assignments/${assignment}/submissions/${user}`;
    const { status } = requireAccepted(
      await session.send(this.json('PUT', path, { submission: payload.submission })),
      true,
    );
    return { key, outcome: 'accepted', status };
  }

  private async assignment(session: Session, course: string, { assignment }: CanvasPayload): Promise<string> {
    const found = await this.lookups.assignment(session, course, String(assignment['integration_id']));
    if (found !== null) return found;
    const path = `/api/v1/courses/${course}/assignments`;
    const response = requireAccepted(await session.send(this.json('POST', path, { assignment })), true);
    const made = idOf(jsonOf(response) as Record<string, unknown> | undefined);
    if (made !== null) return made;
    throw new ChannelRejection('malformed-answer', 'the new assignment has no id', {
      retryable: true,
      status: response.status,
    });
  }

  private json(method: 'PUT' | 'POST', path: string, body: object): ChannelRequest {
    return {
      method,
      url: joinUrl(this.setup.baseUrl, path),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  }
}

function mapRecord(record: ExportRecord): { payload: CanvasPayload } | Extract<MapResult, { cannot: unknown }> {
  const { email } = record.identity;
  if (email === null) return { cannot: 'no-channel-identity' };
  if (record.kind === 'completion' && record.completedAt === null) return { cannot: 'not-completed' };
  if (record.percent === null) return { cannot: 'no-percent' };
  const target = { learner: email, course: record.courseId };
  if (record.kind === 'assessment') {
    const assignment = assignmentOf(
      record.subsectionName,
      record.subsectionId,
      Number(record.pointsPossible ?? 0),
      true,
    );
    return { payload: { ...target, assignment, submission: { posted_grade: percentText(record.percent) } } };
  }
  const assignment = assignmentOf('(Edx integration) Final Grade', record.courseId, 100, false);
  return { payload: { ...target, assignment, submission: { posted_grade: percentOf(record.percent) } } };
}

/** Name and fields as recorded, so that courses keep the assignments they have (golden canvas/assignment-created). */
function assignmentOf(name: string, id: string, points: number, omit: boolean): CanvasPayload['assignment'] {
  return {
    name,
    submission_types: 'none',
    integration_id: id,
    published: true,
    points_possible: points,
    omit_from_final_grade: omit,
  };
}
