import { recordedPeriodView, recordedSections, recordedStatusView } from './recorded-views';
import { pluginIdOf, type Outcome, type Recorded, type Step } from './walk';

interface Body {
  perioddata: Parameters<typeof recordedPeriodView>[0];
  pluginoutput: { passing_relatedstudentids: string[] };
  statuses: Parameters<typeof recordedStatusView>[0][];
  field_errors?: Record<string, unknown>;
  errors?: string[];
}

/** A recorded answer in the shape of our outcomes: a page that goes on to the preview made a draft, a form with errors is a 400. */
export function recordedOutcome({ result, url = '' }: Step): Outcome {
  const status = result.status ?? 0;
  const isLogin = result.location?.startsWith('/authenticate/login') === true;
  if (status === 302 && !isLogin) return { status: 201 };
  if (Object.keys(result.form?.errors ?? {}).length > 0) return { status: 400 };
  return status === 200 ? { status, view: viewOf(url, result) } : { status };
}

function viewOf(url: string, { body, form, sections }: Recorded): unknown {
  if (form !== undefined)
    return { choices: form.choices.map(([key]) => `p1:${key}`), initial: form.initial.map((key) => `p1:${key}`) };
  if (sections !== undefined) return recordedSections(sections);
  if (url.includes('/rest/plugins')) return (body as { id: string }[]).map(({ id }) => pluginIdOf(id));
  if (url.includes('/rest/preview/')) {
    const { perioddata, pluginoutput } = body as Body;
    return { ...recordedPeriodView(perioddata), passing: presentOnly(pluginoutput.passing_relatedstudentids) };
  }
  if (/\/rest\/status\/(\?|$)/.test(url)) return recordedOverview(body as OverviewBody);
  if (url.includes('/rest/status/')) {
    const { perioddata, statuses } = body as Body;
    return { ...recordedPeriodView(perioddata), statuses: statuses.map(recordedStatusView) };
  }
  return url.includes('results-grouped') ? recordedOwnAnswers(body as OwnBody) : undefined;
}

/** Ids of strangers can stand in a recorded list; they are nobody's answer. */
function presentOnly(ids: (string | number)[]): string[] {
  return ids.flatMap((id) => (String(id).startsWith('rs:') ? [String(id).slice(3)] : [])).sort();
}

type OverviewBody = { id: string; active_status: { id: string } | null }[];

function recordedOverview(body: OverviewBody): unknown {
  const withoutKind = (id: string): string => id.replace(/^\w+:/, '');
  return body.map(({ id, active_status: active }) => [withoutKind(id), active && Number(withoutKind(active.id))]);
}

type OwnBody = { periods: { period: string; qualifiesforexams: boolean | null }[] }[];

/** A period that isn't shown to a student says nothing. */
function recordedOwnAnswers(body: OwnBody): Record<string, boolean | null> {
  const shown = body
    .flatMap(({ periods }) => periods)
    .map(({ period, qualifiesforexams }) => [period.replace('period:', ''), qualifiesforexams]);
  return { p1: null, p2: null, old: null, ...(Object.fromEntries(shown) as Record<string, boolean | null>) };
}

/** The fields a recorded refusal names, by our names for them; null where it names none. */
export function recordedFields({ result }: Step): string[] | null {
  const body = (result.body ?? {}) as Partial<Body>;
  const named = result.form?.errors ?? body.field_errors;
  const names: Record<string, string> = { minimum_points: 'minimumPoints', passing_relatedstudentids: 'qualified' };
  if (named !== undefined && Object.keys(named).length > 0)
    return Object.keys(named).map((name) => names[name] ?? name);
  if (body.errors === undefined) return null;
  return body.errors.map((text) => (/^``plugin`` is not allowed/.test(text) ? 'plugin' : 'message'));
}
