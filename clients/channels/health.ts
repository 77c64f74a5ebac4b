import { ChannelCredentialsRefused, type ChannelHealth } from './channel';
import { ChannelBusy, ChannelRejection } from './rejection';

/** A probe's end as health. A channel that asks for a pause is there. */
export async function healthOf(probe: () => Promise<unknown>): Promise<ChannelHealth> {
  try {
    await probe();
    return { state: 'healthy', detail: 'answered' };
  } catch (error) {
    if (error instanceof ChannelCredentialsRefused) return { state: 'credentials-refused', detail: error.message };
    if (error instanceof ChannelBusy) return { state: 'healthy', detail: error.message };
    if (error instanceof ChannelRejection) return { state: 'unreachable', detail: error.message };
    throw error;
  }
}
