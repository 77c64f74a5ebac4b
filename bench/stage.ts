import type { Child } from '../dev/children';
import { type Stack, type StackOptions, startStack } from '../dev/stack';
import { typescriptChild } from '../dev/stack-children';

/** Only the credit service exists, so that each status change and each verdict makes one call. */
export const ONLY_CREDIT = {
  GRADES_URL: '',
  CERTIFICATES_URL: '',
  INSTRUCTOR_URL: '',
  COURSES_URL: '',
  SMTP_URL: '',
  LOG_LEVEL: 'warn',
};

/** A stack of the bench's own, and processes of the bench beside it. */
export class BenchStage {
  private readonly children: Child[] = [];

  private constructor(readonly stack: Stack) {}

  /** Starts the stack and what `more` adds to it. @throws when a part does not start; everything is stopped then */
  static async start<M>(
    options: StackOptions,
    more: (stage: BenchStage) => Promise<M>,
  ): Promise<M & { stop(): Promise<void> }> {
    const stage = new BenchStage(await startStack({ ignoreExternal: true, ...options }));
    const stop = (): Promise<void> => stage.stop();
    try {
      return { ...(await more(stage)), stop };
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** A process of the bench that answers on /healthz at its port; it logs beside the stack's. */
  async run(name: string, args: readonly string[], port: number, env: Record<string, string> = {}): Promise<Child> {
    const { env: shared, logDir } = this.stack;
    const child = typescriptChild(name, args, { ...shared, ...env }, `http://127.0.0.1:${port}/healthz`, { logDir });
    this.children.push(child);
    await child.start();
    return child;
  }

  private async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
    await this.stack.stop();
  }
}
