import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { INSTANCE_HEADER } from '../../config/server-settings';
import { ConfiguredAnswers } from './answers';
import { ChannelHttp } from './channels/channel-http';
import type { SimulatedChannel } from './channels/channel-settings';
import { Control } from './control';
import { sendJson } from './exchange';
import { Faults } from './faults';
import { Journal } from './journal';
import { PlatformHttp } from './platform-http';
import { ProviderState } from './provider-state';
import { ScriptedHosts } from './scripted-hosts';
import { SmtpSink } from './smtp-sink';
import { SimulatorTokens } from './tokens';

export interface SimulatorOptions {
  /** NDJSON file to which everything is appended. */
  logFile?: string;
  /** Entries, effects, keys and mails kept in memory, each. */
  keep?: number;
  /** False: calls are served without a token. */
  requireToken?: boolean;
}

export interface SimulatorUrls {
  /** Base URL of all platform services. */
  base: string;
  token: string;
  smtp: string;
  /** Base URL of a provider; any name will do. */
  provider(name: string): string;
  /** Base URL of a channel learner data is sent to. */
  channel(name: SimulatedChannel): string;
}

const DEFAULT_KEEP = 200_000;

/** The outside world on loopback: platform services, proctoring providers, mail. */
export class Simulator {
  readonly journal: Journal;
  readonly faults = new Faults();
  readonly answers = new ConfiguredAnswers();
  readonly tokens = new SimulatorTokens();
  readonly mail: SmtpSink;
  readonly channels = new ChannelHttp(this.faults);
  /** Hosts that play scripts, whatever address led to them. */
  readonly hosts = new ScriptedHosts();
  private readonly server: Server;
  private addresses: SimulatorUrls | null = null;

  constructor(options: SimulatorOptions = {}) {
    const keep = options.keep ?? DEFAULT_KEEP;
    const { faults, answers, tokens } = this;
    this.journal = new Journal(keep, options.logFile);
    this.mail = new SmtpSink(this.journal, faults, keep);
    const providers = new ProviderState(keep);
    const platform = new PlatformHttp({
      journal: this.journal,
      faults,
      answers,
      tokens,
      providers,
      requireToken: options.requireToken ?? true,
    });
    const control = new Control({
      journal: this.journal,
      faults,
      answers,
      tokens,
      mail: this.mail,
      channels: this.channels,
    });
    this.server = createServer((request, response) => void this.route(platform, control, request, response));
  }

  /** Port 0, the default, takes a free one. */
  async start(ports: { port?: number; smtpPort?: number } = {}): Promise<SimulatorUrls> {
    this.server.listen(ports.port ?? 0, '127.0.0.1');
    await once(this.server, 'listening');
    const smtpPort = await this.mail.listen(ports.smtpPort ?? 0);
    const base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.addresses = {
      base,
      token: `${base}/oauth2/access_token`,
      smtp: `smtp://127.0.0.1:${smtpPort}`,
      provider: (name) => `${base}/providers/${encodeURIComponent(name)}`,
      channel: (name) => `${base}/channels/${name}`,
    };
    return this.addresses;
  }

  get urls(): SimulatorUrls {
    if (!this.addresses) throw new Error('The simulator has not been started.');
    return this.addresses;
  }

  /** Releases what is held and ends every connection. */
  async stop(): Promise<void> {
    this.faults.clear();
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await Promise.all([closed, this.mail.close()]);
    await this.journal.close();
  }

  private async route(
    platform: PlatformHttp,
    control: Control,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      const path = request.url ?? '/';
      if (this.hosts.plays(request)) await this.hosts.serve(request, response);
      else if (path === '/healthz') sendHealth(response);
      else if (ChannelHttp.plays(path)) await this.channels.serve(request, response);
      else if (path.startsWith('/_sim/')) await control.serve(request, response);
      else await platform.serve(request, response);
    } catch {
      response.destroy();
    }
  }
}

/** Says which process answers, where whoever started it gave it a name. */
function sendHealth(response: ServerResponse): void {
  const { INVIGIL_INSTANCE } = process.env;
  sendJson(response, 200, { status: 'ok' }, INVIGIL_INSTANCE ? { [INSTANCE_HEADER]: INVIGIL_INSTANCE } : {});
}
