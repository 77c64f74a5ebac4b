import type { ExportGateway } from '../../clients/temporal/exports';
import type { ScheduledChannel } from '../../clients/temporal/schedules';
import type { ExportCommand, ExportProgress, ExportTarget, OpenedExport } from '../../contracts/exports/messages';

/** Replaces the export gateway: tests see what the API requests and choose the answers. */
export class RecordingExports implements ExportGateway {
  readonly starts: { target: ExportTarget; command: ExportCommand }[] = [];
  readonly steered: string[] = [];
  readonly schedules: ScheduledChannel[] = [];
  answer: (start: { target: ExportTarget; command: ExportCommand }) => Promise<OpenedExport> | OpenedExport = () => {
    throw new Error('Nothing is said of what an export becomes');
  };

  async start(target: ExportTarget, command: ExportCommand): Promise<OpenedExport> {
    this.starts.push({ target, command });
    return this.answer({ target, command });
  }

  async startOrRepeat(target: ExportTarget, command: ExportCommand): Promise<void> {
    this.starts.push({ target, command });
  }

  async pause(workflowId: string): Promise<void> {
    this.steered.push(`pause ${workflowId}`);
  }

  async resume(workflowId: string): Promise<void> {
    this.steered.push(`resume ${workflowId}`);
  }

  async cancel(workflowId: string): Promise<void> {
    this.steered.push(`cancel ${workflowId}`);
  }

  async progress(): Promise<ExportProgress | null> {
    return null;
  }

  async applySchedule(channel: ScheduledChannel): Promise<void> {
    this.schedules.push(channel);
  }
}
