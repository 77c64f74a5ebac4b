import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { NotReadyError } from '../../config/readiness';
import type { QualificationPlugin } from '../../domain/qualification/plugin';
import { announcePlugins, findOtherOffer, type OfferingRole, type PluginOffer } from '../qualification/plugin-offers';

/**
 * What one process offers of the rules of qualification, beside what the processes of the other role offer. Where they
 * differ the API would take choices that no worker can work out, or a worker would decide by other rules than were shown.
 */
export class OfferedPlugins {
  private readonly offer: PluginOffer;

  constructor(
    private readonly knex: Knex,
    role: OfferingRole,
    plugins: readonly Pick<QualificationPlugin, 'id' | 'version'>[],
  ) {
    const listed = plugins.map(({ id, version }) => `${id} ${version}`).sort();
    this.offer = { processId: randomUUID(), role, plugins: listed.join(', ') };
  }

  /** Says that this process lives and offers them. */
  announce(): Promise<void> {
    return announcePlugins(this.knex, this.offer);
  }

  /**
   * That the database does not answer or takes no writes is for others to say: then nothing is known of the rules.
   * @throws NotReadyError while a living process of the other role offers others, in ids or versions
   */
  async check(): Promise<void> {
    const other = await this.findOther().catch(() => null);
    if (other === null) return;
    const { role, plugins } = this.offer;
    const [self, others] = role === 'api' ? ['The API', 'the workers'] : ['This worker', 'the API'];
    throw new NotReadyError(`${self} has the plugins ${plugins}; ${others}: ${other}.`);
  }

  private async findOther(): Promise<string | null> {
    await this.announce();
    return findOtherOffer(this.knex, this.offer);
  }
}
