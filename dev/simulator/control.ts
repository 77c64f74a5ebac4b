import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { ANSWER_TOPICS, type ConfiguredAnswers } from './answers';
import { channelControl } from './channels/channel-control';
import type { ChannelHttp } from './channels/channel-http';
import { ChannelSettingsBody } from './channels/channel-settings';
import { readRequest, type SimulatedRequest, sendJson } from './exchange';
import { FAULT_TARGETS, isFaultTarget } from './fault-targets';
import type { Faults } from './faults';
import type { Filter, Journal } from './journal';
import type { SmtpSink } from './smtp-sink';
import type { SimulatorTokens } from './tokens';

export interface ControlParts {
  journal: Journal;
  faults: Faults;
  answers: ConfiguredAnswers;
  tokens: SimulatorTokens;
  mail: SmtpSink;
  channels: ChannelHttp;
}

const status = Type.Integer({ minimum: 200, maximum: 599 });
const FaultBody = Type.Partial(
  Type.Object({
    latencyMs: Type.Integer({ minimum: 0 }),
    errorRate: Type.Number({ minimum: 0, maximum: 1 }),
    status,
    outage: Type.Boolean(),
    refuse: Type.Integer({ minimum: 400, maximum: 499 }),
    remaining: Type.Integer({ minimum: 0 }),
    retryAfterSeconds: Type.Integer({ minimum: 0 }),
    retryAfter: Type.String(),
    html: Type.Boolean(),
    hang: Type.Boolean(),
    dropAnswer: Type.Boolean(),
  }),
  { additionalProperties: false },
);

class BadRequest extends Error {}

/** The control API under /_sim. It is not logged and knows no tokens. */
export class Control {
  constructor(private readonly parts: ControlParts) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await readRequest(request);
    try {
      const answer = this.answer(received);
      sendJson(response, answer === undefined ? 404 : 200, answer ?? { error: 'no such control' });
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      sendJson(response, 400, { error: error.message });
    }
  }

  private answer({ method, path, query, body }: SimulatedRequest): unknown {
    const [, , topic = '', rest = ''] = path.split('/').map(decodeURIComponent);
    switch (`${method} ${topic}`) {
      case 'GET log':
        return { items: this.parts.journal.log(filterOf(query)) };
      case 'GET counts':
        return Object.fromEntries(this.parts.journal.counts);
      case 'DELETE log':
        return this.cleared();
      case 'GET applied':
        return { items: this.parts.journal.appliedEffects(filterOf(query)) };
      case 'GET mails':
        return { items: this.parts.mail.mails() };
      case 'PUT answers':
        return this.setAnswer(rest, body);
      case 'DELETE answers':
        this.parts.answers.clear();
        return {};
      default:
        if (topic === 'channels') return this.channel(method, path, body);
        return topic === 'faults' ? this.faults(method, rest, body) : undefined;
    }
  }

  private faults(method: string, service: string, body: unknown): object | undefined {
    const { faults } = this.parts;
    if (method === 'PUT' && !isFaultTarget(service))
      throw new BadRequest(`There is no service "${service}". There are: ${FAULT_TARGETS.join(' ')}`);
    if (method === 'PUT') faults.set(service, checked(FaultBody, body));
    else if (method === 'DELETE') faults.clear(service === '' ? undefined : service);
    else if (method !== 'GET') return undefined;
    return faults.list();
  }

  private channel(method: string, path: string, body: unknown): object | undefined {
    const [, , , name = '', what = ''] = path.split('/').map(decodeURIComponent);
    return channelControl(this.parts.channels, { method, name, what }, () => checked(ChannelSettingsBody, body));
  }

  private cleared(): object {
    this.parts.journal.clear();
    this.parts.mail.clear();
    return {};
  }

  private setAnswer(topic: string, body: unknown): object {
    const { answers } = this.parts;
    switch (topic) {
      case 'course-name':
        answers.setCourseName(checked(ANSWER_TOPICS['course-name'], body));
        return {};
      case 'override':
        answers.setOverride(checked(ANSWER_TOPICS.override, body));
        return {};
      case 'registration':
        answers.setRegistration(checked(ANSWER_TOPICS.registration, body));
        return {};
      case 'removal':
        answers.setRemoval(checked(ANSWER_TOPICS.removal, body));
        return {};
      case 'registered-attempt':
        answers.addRegistered(checked(ANSWER_TOPICS['registered-attempt'], body));
        return {};
      case 'course':
        answers.setCourse(checked(ANSWER_TOPICS.course, body));
        return {};
      case 'learner-data':
        answers.learners.set(checked(ANSWER_TOPICS['learner-data'], body));
        return {};
      case 'tokens':
        return this.setTokens(checked(ANSWER_TOPICS.tokens, body));
      default:
        throw new BadRequest(`Unknown topic. There are: ${Object.keys(ANSWER_TOPICS).join(', ')}`);
    }
  }

  private setTokens(wanted: Static<(typeof ANSWER_TOPICS)['tokens']>): object {
    const { tokens } = this.parts;
    if (wanted.revokeAll) tokens.revokeAll();
    tokens.ttlSeconds = wanted.ttlSeconds ?? tokens.ttlSeconds;
    tokens.refuse = wanted.refuse ?? tokens.refuse;
    return { ttlSeconds: tokens.ttlSeconds, refuse: tokens.refuse };
  }
}

function filterOf(query: Record<string, string>): Filter {
  const { service, courseId, userId, since } = query;
  if (since !== undefined && !/^\d+$/.test(since)) throw new BadRequest('since must be the seq of an entry');
  return {
    ...(service !== undefined && { service }),
    ...(courseId !== undefined && { courseId }),
    ...(userId !== undefined && { userId }),
    ...(since !== undefined && { since: Number(since) }),
  };
}

function checked<T extends TSchema>(schema: T, body: unknown): Static<T> {
  const first = [...Value.Errors(schema, body)][0];
  if (first) throw new BadRequest(`${first.path || 'body'}: ${first.message}`);
  return body;
}
