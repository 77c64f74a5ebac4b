import type { Channel, ChannelItem, MapContext } from '../../clients/channels/channel';
import type { RecordResult } from '../../clients/channels/record-result';
import type { ExportRecord } from '../../domain/exports/model';

/** What an export has before it maps: a record and the key its content will have. */
export interface UnmappedItem {
  key: string;
  record: ExportRecord;
  context: MapContext;
}

/** Mapped as an export does it; null for what the channel cannot express. */
export function toChannelItem(channel: Channel, { key, record, context }: UnmappedItem): ChannelItem | null {
  const mapped = channel.map(record, context);
  return 'payload' in mapped ? { key, payload: mapped.payload } : null;
}

/** Maps a batch and sends it. @throws for a record the channel cannot express */
export function sendRecords(
  channel: Channel,
  batch: readonly UnmappedItem[],
  signal?: AbortSignal,
): Promise<RecordResult[]> {
  const items = batch.map((one) => {
    const item = toChannelItem(channel, one);
    if (item === null) throw new Error(`${channel.kind} cannot express ${one.key}`);
    return item;
  });
  return channel.send(items, signal);
}
