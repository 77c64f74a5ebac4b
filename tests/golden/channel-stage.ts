import { Agent } from 'undici';
import { openChannel } from '../../clients/channels/registry';
import type { RawRequest } from '../../dev/simulator/scripted-hosts';
import { Simulator } from '../../dev/simulator/simulator';
import { toChannelItem } from '../support/channel-items';
import {
  type GoldenChannelCase,
  type GoldenRequest,
  type GoldenStatement,
  isStatement,
  lastRows,
  type RunView,
} from './channel-cases';
import { statementItem } from './channel-records';
import { setupOf } from './channel-setups';
import { Ledger, transmit } from './channel-transmit';

/** A recorded time limit is waited out, hence short; other cases must not meet one on a busy machine. */
const SHORT_MS = 1000;
const LONG_MS = 20_000;
const COMPARED_HEADERS = ['Authorization', 'Content-Type', 'X-Experience-API-Version'];
const NOW = Date.parse('2021-06-15T12:00:00Z');

/** Where recorded cases are played over real HTTP: the simulator answers for every host the way the case's script says. */
export class ChannelStage {
  private constructor(
    private readonly simulator: Simulator,
    private readonly dispatcher: Agent,
    private readonly port: string,
  ) {}

  static async open(): Promise<ChannelStage> {
    const simulator = new Simulator();
    const { base } = await simulator.start();
    const dispatcher = new Agent({
      connect: {
        lookup: (_host, options, found) =>
          options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4),
      },
    });
    return new ChannelStage(simulator, dispatcher, new URL(base).port);
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
    await this.simulator.stop();
  }

  /** What left, and what came of it, run by run. Null for channels that are not built. */
  async play(one: GoldenChannelCase): Promise<RunView[] | null> {
    const setup = setupOf(one, (url) => this.reach(url));
    if (!setup) return null;
    const { hosts } = this.simulator;
    hosts.clear();
    hosts.set(setup.host, isStatement(one) ? [storeRule(one)] : one.stub_rules);
    const timeoutMs = timesOut(one) ? SHORT_MS : LONG_MS;
    const dependencies = { dispatcher: this.dispatcher, timeoutMs, now: () => NOW };
    const ledger = new Ledger();
    const views: RunView[] = [];
    for (let run = 0; run < (isStatement(one) ? 1 : (one.runs ?? 1)); run += 1) {
      const before = hosts.requests().length;
      const channel = openChannel(setup, dependencies);
      if (isStatement(one)) await this.sendStatement(one, channel, ledger);
      else await transmit(one, channel, ledger);
      const requests = hosts.requests().slice(before).map(asRecorded);
      views.push({ requests, rows: lastRows(ledger.rows), inactive: [...ledger.inactive].sort() });
    }
    return views;
  }

  private async sendStatement(one: GoldenStatement, channel: ReturnType<typeof openChannel>, ledger: Ledger): Promise<void> {
    const item = toChannelItem(channel, statementItem(one));
    const [result] = item ? await channel.send([item]) : [];
    if (!result) return;
    const sent = result.outcome === 'accepted';
    ledger.rows.push({ enrollment: 301, courseId: one.course.id, subsectionId: null, sent, status: result.status });
  }

  private reach(url: string): string {
    const { host, pathname } = new URL(url);
    return `http://${host}:${this.port}${pathname}`;
  }
}

function timesOut(one: GoldenChannelCase): boolean {
  if (isStatement(one)) return one.lrs_status === 'timeout';
  return one.stub_rules.some(({ responses }) => responses.some((answer) => 'error' in answer && answer.error === 'timeout'));
}

function storeRule(one: GoldenStatement): Parameters<Simulator['hosts']['set']>[1][number] {
  const answer = one.lrs_status === 'timeout' ? { error: 'timeout' as const } : { status: one.lrs_status, raw: one.lrs_body };
  return { method: 'POST', path: '/xapi/statements', responses: [answer] };
}

function asRecorded({ method, host, path, query, headers, body, answer }: RawRequest): GoldenRequest {
  const compared = COMPARED_HEADERS.flatMap((name) => {
    const value = headers[name.toLowerCase()];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    method, host, path, query, answer, body: bodyOf(body, headers['content-type'] ?? ''),
    headers: Object.fromEntries(compared) as Record<string, string>,
  };
}

function bodyOf(body: string, type: string): GoldenRequest['body'] {
  if (body === '') return null;
  if (type.startsWith('application/x-www-form-urlencoded')) return { form: [...new URLSearchParams(body)] };
  return { json: JSON.parse(body) as unknown };
}
