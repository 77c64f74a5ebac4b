import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { buildApp } from '../../api/app';
import { signDevToken } from '../../config/dev-key';
import { loadQualificationPlugins } from '../../config/qualification-plugins';
import { readSettings, type Settings } from '../../config/settings';
import { type ApiAnswer, apiAnswer, requestHeaders } from '../../dev/api-client';
import { devKey } from '../../dev/dev-key';
import { DirectDrafts } from './direct-drafts';
import { RecordingGateway } from './recording-gateway';
import { cloneDatabase, type TestDatabase } from './test-database';

export interface TokenCaller {
  sub?: string;
  scope: string;
  courses?: string[];
  customers?: string[];
  provider?: string;
  nodes?: string[];
  periods?: string[];
}

export const OPERATOR: TokenCaller = {
  sub: 'operator',
  scope: 'exams:read exams:write learners:write attempts:read attempts:write ops:act',
};

/** One provider of each rule set. */
export const API_PROVIDERS = JSON.stringify([
  { name: 'psi', title: 'PSI', supportsOnboarding: false, ruleSet: 'classic' },
  { name: 'proctortrack', title: 'Proctortrack', supportsOnboarding: true, ruleSet: 'current' },
]);

/** The real app on a database of its own; Temporal is the recording gateway. */
export class ApiFixture {
  private constructor(
    readonly database: TestDatabase,
    readonly gateway: RecordingGateway,
    readonly app: FastifyInstance,
    readonly settings: Settings,
    private readonly folder: string,
  ) {}

  static async start(env: Record<string, string> = {}, options: { now?: () => Date } = {}): Promise<ApiFixture> {
    const database = await cloneDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'invigil-api-'));
    const keyFile = join(folder, 'dev-key.json');
    await devKey(keyFile);
    const settings = readSettings({
      DATABASE_URL: database.url,
      AUTH_DEV_KEY_FILE: keyFile,
      INVIGIL_PROVIDERS: API_PROVIDERS,
      ...env,
    });
    const gateway = new RecordingGateway();
    gateway.drafts = new DirectDrafts(database.db, loadQualificationPlugins(settings.qualification));
    const app = await buildApp({ settings, knex: database.db, temporal: gateway, ...options });
    return new ApiFixture(database, gateway, app, settings, folder);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
    rmSync(this.folder, { recursive: true });
  }

  /** Of the development key that callers' tokens are signed with. */
  get keyFile(): string {
    return join(this.folder, 'dev-key.json');
  }

  async token({ sub = 'somebody', ...claims }: TokenCaller): Promise<string> {
    return signDevToken(this.keyFile, { sub, ...claims });
  }

  async call(caller: TokenCaller, method: string, url: string, payload?: unknown, key?: string): Promise<ApiAnswer> {
    const headers = requestHeaders({ token: await this.token(caller), key: key ?? null });
    return this.send({ method, url, headers, ...(payload === undefined ? {} : { payload }) } as InjectOptions);
  }

  /** Sends lines of JSON as they come. */
  async import(caller: TokenCaller, url: string, lines: Iterable<string>): Promise<ApiAnswer> {
    const headers = requestHeaders({ token: await this.token(caller), key: null, body: '' });
    return this.send({ method: 'POST', url, headers, payload: Readable.from(lines) });
  }

  async send(options: InjectOptions): Promise<ApiAnswer> {
    const { statusCode, headers, body } = await this.app.inject(options);
    return apiAnswer(statusCode, headers, body);
  }
}
