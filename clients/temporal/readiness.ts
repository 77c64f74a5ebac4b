import type { Connection } from '@temporalio/client';
import { NotReadyError } from '../../config/readiness';
import { GRPC, grpcCodeOf, unlessHidden } from './grpc';
import { describeSearchAttributeFaults, findSearchAttributeFaults } from './search-attributes';

/** What readiness asks of Temporal. */
export interface TemporalReadiness {
  /** Rejects when Temporal cannot be reached within a second or so. */
  ping(): Promise<void>;
  /** Rejects when the namespace refuses our starts: search attributes they name are missing or of another type. */
  checkSearchAttributes(): Promise<void>;
}

const ANSWER_WITHIN_MS = 1_500;
/** That all attributes are there is believed for a minute, as they are hardly ever taken away; a fault is looked at anew. */
const BELIEVED_MS = 60_000;

/** Both checks on one connection. */
export class TemporalChecks implements TemporalReadiness {
  private wellUntilMs = -Infinity;
  private checking: Promise<void> | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly namespace: string,
  ) {}

  async ping(): Promise<void> {
    await this.ask(() => this.connection.workflowService.getSystemInfo({}));
  }

  /** Of many callers at once one asks. A server that does not let us see the attributes may have them all. */
  async checkSearchAttributes(): Promise<void> {
    if (performance.now() < this.wellUntilMs) return;
    this.checking ??= this.lookAtAttributes().finally(() => {
      this.checking = null;
    });
    await this.checking;
  }

  private async lookAtAttributes(): Promise<void> {
    const faults = await this.ask(() => unlessHidden(findSearchAttributeFaults(this.connection, this.namespace)));
    if (faults !== null && faults.length > 0)
      throw new NotReadyError(describeSearchAttributeFaults(faults, this.namespace));
    this.wellUntilMs = performance.now() + BELIEVED_MS;
  }

  private async ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await this.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, request);
    } catch (error) {
      const isUnknown = grpcCodeOf(error) === GRPC.notFound;
      const problem = isUnknown ? `Temporal has no namespace ${this.namespace}.` : 'Temporal cannot be reached.';
      throw new NotReadyError(problem, { cause: error });
    }
  }
}
