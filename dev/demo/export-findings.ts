import type { ExportAnswer } from '../../contracts/http/exports';
import type { RecordCount } from '../simulator/channels/channel-state';
import { type DemoCustomer, POISON } from './export-customer';
import type { Finding } from './finding';

export interface ExportsSeen {
  first: ExportAnswer;
  /** The same export again, when everything had been sent. */
  second: ExportAnswer;
  /** What the channel accepted, from its own records. */
  taken: readonly RecordCount[];
  hadOutage: boolean;
}

/** The invariants of an export, checked against its totals and the channel's own records. */
export function inspectExports({ selected }: Pick<DemoCustomer, 'selected'>, seen: ExportsSeen): Finding[] {
  return [addsUp(selected, seen), sentOnce(seen), poisonSetAside(seen), nothingTwice(seen)];
}

function addsUp(selected: number, { first, second }: ExportsSeen): Finding {
  const breaches = [first, second].flatMap(({ exportId, totals }) => {
    const { sent, unchanged, skipped, failed, quarantined } = totals;
    const sum = sent + unchanged + sumOf(skipped) + failed + quarantined;
    const right = totals.selected === selected && sum === selected && totals.pending === 0;
    return right ? [] : [`export ${exportId} selected ${totals.selected} of ${selected}, its outcomes are ${sum}`];
  });
  const invariant = 'Selected = sent + unchanged + skipped + failed + quarantined';
  return { invariant, examined: `${selected} enrollments, twice`, breaches };
}

/** Through 429s and an outage: whatever counts as sent is at the channel, once, and nothing else is. */
function sentOnce({ first, second, taken, hadOutage }: ExportsSeen): Finding {
  const doubled = taken.filter(({ accepted }) => accepted > 1);
  const arrived = taken.filter(({ accepted }) => accepted > 0).length;
  const sent = first.totals.sent + second.totals.sent;
  return {
    invariant: 'Every record sent is at the channel exactly once',
    examined: `${arrived} records at the channel`,
    breaches: [
      ...doubled.map(({ learner, accepted }) => `${learner} was taken ${accepted} times`),
      ...(sent === arrived ? [] : [`${sent} count as sent, the channel has ${arrived}`]),
      ...(first.totals.failed === 0 ? [] : [`${first.totals.failed} failed: ${JSON.stringify(first.reasons)}`]),
      ...(hadOutage ? [] : ['the export ended before the channel could go down']),
    ],
  };
}

function poisonSetAside({ first, taken }: ExportsSeen): Finding {
  const arrived = taken.filter(({ learner, accepted }) => POISON.includes(learner) && accepted > 0);
  const { quarantined } = first.totals;
  return {
    invariant: 'Records the channel never takes are set aside, and the export goes on',
    examined: `${POISON.length} such records`,
    breaches: [
      ...(quarantined === POISON.length ? [] : [`${quarantined} are quarantined`]),
      ...(first.status === 'completed-with-errors' ? [] : [`the export ended as ${first.status}`]),
      ...arrived.map(({ learner }) => `${learner} was taken`),
    ],
  };
}

function nothingTwice({ first, second }: ExportsSeen): Finding {
  const { sent, unchanged } = second.totals;
  const right = sent === 0 && unchanged === first.totals.sent;
  const breaches = right ? [] : [`${sent} were sent again, ${unchanged} unchanged of ${first.totals.sent}`];
  return { invariant: 'What a channel has is not told again', examined: `export ${second.exportId}`, breaches };
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
