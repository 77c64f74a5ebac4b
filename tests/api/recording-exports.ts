import type { ExportGateway } from '../../clients/temporal/exports';
import type { ScheduleOfChannel } from '../../clients/temporal/schedules';
import type { ExportAsk, ExportProgress, ExportTarget, OpenedExport } from '../../contracts/exports/messages';

/** Stands where Temporal is: tests see what the API asks for and choose what comes back. */
export class RecordingExports implements ExportGateway {
  readonly starts: { target: ExportTarget; ask: ExportAsk }[] = [];
  readonly steered: string[] = [];
  readonly schedules: ScheduleOfChannel[] = [];
  answer: (start: { target: ExportTarget; ask: ExportAsk }) => Promise<OpenedExport> | OpenedExport = () => {
    throw new Error('Nothing is said of what an export becomes');
  };

  async start(target: ExportTarget, ask: ExportAsk): Promise<OpenedExport> {
    this.starts.push({ target, ask });
    return this.answer({ target, ask });
  }

  async again(target: ExportTarget, ask: ExportAsk): Promise<void> {
    this.starts.push({ target, ask });
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

  async applySchedule(channel: ScheduleOfChannel): Promise<void> {
    this.schedules.push(channel);
  }
}
