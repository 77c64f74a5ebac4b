import { Script, type ScriptedAnswer, type ScriptRule } from '../../dev/simulator/script';
import type { ChannelKind } from '../../domain/exports/model';
import { isSearch, isToken } from './channel-bodies';
import type { GoldenRequest } from './channel-cases';

export interface AnsweredRequest {
  request: GoldenRequest;
  answer: ScriptedAnswer;
}

/** What the scripted hosts say to a series of requests. */
export function answersTo(script: Script, requests: readonly GoldenRequest[]): AnsweredRequest[] {
  return requests.map((request) => {
    const body = request.body === null ? '' : JSON.stringify(Object.values(request.body)[0]);
    const text = `${request.query.map((pair) => pair.join('=')).join('&')}${body}`;
    return { request, answer: script.next({ method: request.method, path: request.path, text }) };
  });
}

export function scriptOf(rules: readonly ScriptRule[]): Script {
  return new Script(rules);
}

export function statusOf(answer: ScriptedAnswer | undefined): number | null {
  return answer && 'status' in answer ? answer.status : null;
}

/** A token answer that gives a token and its life. */
export function givesToken(answer: ScriptedAnswer): boolean {
  if (!('status' in answer) || answer.status !== 200) return false;
  const { access_token: token, expires_in: life } = (answer.json ?? {}) as Record<string, unknown>;
  return typeof token === 'string' && typeof life === 'number';
}

/** A token that has ended when it is given (golden canvas/token-expired-between-records). */
export function lasts(answer: ScriptedAnswer): boolean {
  return givesToken(answer) && Number(((answer as { json?: { expires_in?: number } }).json ?? {}).expires_in) > 0;
}

/** The requests of each record sent, with the token requested for it. A token that is not given ends its delivery. */
export function deliveriesOf(channel: ChannelKind, answers: readonly AnsweredRequest[]): AnsweredRequest[][] {
  const deliveries: AnsweredRequest[][] = [];
  let open = false;
  for (const one of answers) {
    const last = deliveries.at(-1);
    if (last && open && !begins(channel, last, one)) last.push(one);
    else if (last && repeats(last, one)) last.push(one);
    else deliveries.push([one]);
    open = channel === 'CANVAS' ? !isToken(one.request) || givesToken(one.answer) : awaitsRecord(one);
  }
  return deliveries;
}

/** Where only tokens and records are sent, a token that was given is followed by its record. */
function awaitsRecord({ request, answer }: AnsweredRequest): boolean {
  return isToken(request) && givesToken(answer);
}

function begins(channel: ChannelKind, delivery: AnsweredRequest[], { request }: AnsweredRequest): boolean {
  if (channel !== 'CANVAS') return false;
  const searched = delivery.some((one) => isSearch(one.request));
  return searched && (isSearch(request) || isToken(request));
}

/** The same record again after a 429. */
function repeats(delivery: AnsweredRequest[], { request }: AnsweredRequest): boolean {
  const last = delivery.at(-1);
  if (!last || statusOf(last.answer) !== 429) return false;
  return JSON.stringify(last.request.body) === JSON.stringify(request.body);
}
