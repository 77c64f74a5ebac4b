import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture } from '../../support/api-fixture';
import { ANNE, assignmentLine, SemesterFixture, studentLine } from '../../support/semester';

const Q = '/v1/periods/spring/qualification';

/** A semester with a saved list and a draft, and what qualification has in the database. */
export class BadInputFixture {
  private before: unknown;

  private constructor(
    readonly api: ApiFixture,
    readonly semester: SemesterFixture,
    readonly draftId: string,
  ) {}

  static async start(): Promise<BadInputFixture> {
    const api = await ApiFixture.start();
    const semester = new SemesterFixture(api);
    await semester.putTree();
    await semester.importSmall();
    await semester.import('autumn', [assignmentLine('b1'), studentLine('dee')]);
    await semester.saveReady();
    const draftId = String((await semester.draft({ plugin: 'approved.all' })).body['draftId']);
    return new BadInputFixture(api, semester, draftId);
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  readonly post = (path: string, body: unknown): Promise<ApiAnswer> => this.api.call(ANNE, 'POST', `${Q}${path}`, body);

  async remember(): Promise<void> {
    this.before = await this.everything();
  }

  async expectUnchanged(): Promise<void> {
    expect(await this.everything()).toEqual(this.before);
  }

  /** Everything of qualification there is in the database, without what only marks that somebody asked. */
  private async everything(): Promise<unknown> {
    const tables = ['nodes', 'periods', 'administrators', 'deadline_tags', 'period_students', 'qualification_drafts'];
    const saved = ['qualification_statuses', 'qualification_rows', 'qualification_active', 'qualification_exports'];
    return Promise.all([...tables, ...saved].map(async (table) => [table, await this.api.database.db(table)]));
  }
}

export const pointersOf = ({ body }: ApiAnswer): unknown[] =>
  ((body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
