import type { University } from './university';
import type { Outcome, Step } from './walk';
import { idOf } from './walk';

/** The numbers of the decided differences these walks can show. */
export type WantedNumber = `D${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20}`;

interface Difference {
  step: Step;
  recorded: Outcome;
  ours: Outcome;
  university: University;
}

const isSave = ({ step }: Difference): boolean => step.method === 'POST' && step.json !== undefined;
const wasRefused = ({ recorded }: Difference): boolean => recorded.status >= 400;
const periodOf = ({ step }: Difference): string =>
  idOf(String(step.json?.period ?? /(?:periodid=|preview\/|status\/)([^&?]*)/.exec(step.url ?? '')?.[1] ?? ''));
const hasSession = ({ step }: Difference): boolean => /pluginsessionid=./.test(step.url ?? '');

/** Each decided difference with all that must hold for it: none of them excuses anything else. The first that fits counts. */
const DIFFERENCES: { number: WantedNumber; when: (difference: Difference) => boolean }[] = [
  // No token is 401, where there was a page to sign in on or a 403.
  { number: 'D15', when: ({ ours, recorded }) => ours.status === 401 && [302, 403].includes(recorded.status) },
  // Drafts outlive sessions.
  {
    number: 'D4',
    when: (one) =>
      one.university.lostSessions.has(one.step.actor ?? '') &&
      wasRefused(one) &&
      [200, 201, 409].includes(one.ours.status),
  },
  // Results lay in a session, so that without one there was a crash or a missing parameter.
  {
    number: 'D4',
    when: ({ ours, recorded }) => ours.code === 'draft-not-found' && [400, 500].includes(recorded.status),
  },
  { number: 'D5', when: ({ ours, recorded }) => ours.code === 'draft-not-found' && recorded.status === 200 },
  // Crashes by parameters that aren't there or make no sense.
  { number: 'D14', when: (one) => one.recorded.status === 500 && one.ours.status >= 400 && one.ours.status < 500 },
  // A node of any name may be asked for; nobody's is empty, as an unknown number's is.
  {
    number: 'D14',
    when: ({ recorded, ours, step }) => recorded.status === 500 && ours.status === 200 && asksForNode(step),
  },
  {
    number: 'D18',
    when: ({ recorded, ours, step }) =>
      asksForNode(step) && recorded.status === 200 && ours.status === 200 && holdsAll(ours.view, recorded.view),
  },
  { number: 'D4', when: (one) => one.recorded.status === 500 && !hasSession(one) && one.ours.status === 201 },
  {
    number: 'D13',
    when: ({ recorded, ours, university }) =>
      recorded.status === 500 && ours.status === 200 && university.removed.plugins.size > 0,
  },
  {
    number: 'D16',
    when: (one) =>
      one.ours.code === 'period-not-found' &&
      [400, 403].includes(one.recorded.status) &&
      !one.university.periods.has(periodOf(one)),
  },
  {
    number: 'D2',
    when: (one) => one.ours.code === 'period-ended' && one.recorded.status === 201 && periodOf(one) === 'old',
  },
  {
    number: 'D6',
    when: (one) => one.ours.code === 'draft-already-saved' && isSave(one) && [201, 400].includes(one.recorded.status),
  },
  // Who came or went, whether the save was let through or not.
  {
    number: 'D7',
    when: (one) =>
      one.ours.code === 'qualification-differs' &&
      one.recorded.status === 201 &&
      changesOf(one).every((change) => change !== 'answer'),
  },
  {
    number: 'D1',
    when: (one) =>
      one.ours.code === 'qualification-differs' &&
      [201, 400].includes(one.recorded.status) &&
      changesOf(one).includes('answer'),
  },
  // A refused save used up the settings; here the draft stays and can still be saved.
  { number: 'D1', when: (one) => one.ours.status === 201 && one.recorded.status === 400 && triedBefore(one) },
  {
    number: 'D3',
    when: (one) =>
      one.recorded.status === 201 &&
      one.ours.status === 400 &&
      codesOf(one).every((code) => code === 'unknown-student'),
  },
  {
    number: 'D9',
    when: (one) =>
      one.recorded.status === 201 &&
      one.step.json?.status === 'notready' &&
      codesOf(one).every((code) => code === 'not-allowed-when-notready'),
  },
  { number: 'D8', when: (one) => one.recorded.status === 400 && one.ours.status === 201 && leavesOpenWhoPasses(one) },
  // No order is remembered, and none is guessed at; the same students in the alphabet's order.
  { number: 'D20', when: (one) => one.recorded.status === 200 && (asksForNoOrder(one) || isOnlyOrder(one)) },
];

/** Which decided difference this is, if any. */
export function wantedDifference(difference: Difference): WantedNumber | null {
  return DIFFERENCES.find(({ when }) => when(difference))?.number ?? null;
}

function asksForNode({ url = '' }: Step): boolean {
  return /\/rest\/status\/\?.*node_id=/.test(url);
}

/** The subtree's periods, where only those right below were listed. */
function holdsAll(ours: unknown, recorded: unknown): boolean {
  const texts = new Set((ours as unknown[]).map((one) => JSON.stringify(one)));
  return (recorded as unknown[]).every((one) => texts.has(JSON.stringify(one)));
}

function asksForNoOrder({ step, ours }: Difference): boolean {
  return ours.status === 400 && /statusprint.*sortby=(?!name$|username$|lastname$)/.test(step.url ?? '');
}

function isOnlyOrder({ step, ours, recorded }: Difference): boolean {
  if (ours.status !== 200 || step.url?.includes('/statusprint/') !== true) return false;
  const sorted = (view: unknown): string => JSON.stringify((view as string[][]).map((names) => [...names].sort()));
  return sorted(ours.view) === sorted(recorded.view);
}

function triedBefore({ step, university }: Difference): boolean {
  return university.refusedSaves.has(`${step.actor} ${step.json?.pluginsessionid}`);
}

function changesOf({ ours }: Difference): string[] {
  return (ours.view as { change: string }[]).map(({ change }) => change);
}

function codesOf({ ours }: Difference): string[] {
  return Array.isArray(ours.view) ? (ours.view as { code: string }[]).map(({ code }) => code) : ['none'];
}

function leavesOpenWhoPasses({ step: { json = {} } }: Difference): boolean {
  const passing = new Set(json.passing_relatedstudentids);
  return json.status === 'almostready' && (json.notready_relatedstudentids ?? []).some((id) => passing.has(id));
}
