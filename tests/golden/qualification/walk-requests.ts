import { idOf, type SaveBody, type Step } from './walk';

/** `/devilry_qualifiesforexam_points/all/?…` is the page of a plugin, the rest lies below the application. */
export function addressOf(url: string): { path: string[]; query: URLSearchParams } {
  const [address = '', query = ''] = url.split('?');
  const path = address
    .replace(/^\/devilry_qualifiesforexam(?=[/_])[/_]?/, '')
    .split('/')
    .filter((part) => part !== '');
  return { path, query: new URLSearchParams(query) };
}

/** Plugins by the page that sets them up. */
export const PAGES: Record<string, string> = {
  'approved/all': 'approved.all',
  'approved/subset': 'approved.subset',
  'points/all': 'points',
  'select/select': 'select',
};

/** A draft is what a person's session was. */
export function sessionOf({ actor }: Step, session: string | null | undefined): string {
  return `${actor} ${session}`;
}

/** The fields of a recorded form by our names, numbers read as the form's would be. */
export function settingsOf(form: Step['form'] = {}): Record<string, unknown> {
  const names: Record<string, string> = { qualified_relstudentids: 'students', minimum_points: 'minimumPoints' };
  const settings = Object.entries(form).map(([name, value]) => [
    names[name] ?? name,
    Array.isArray(value) ? value.map(idOf) : Number(value),
  ]);
  return Object.fromEntries(settings) as Record<string, unknown>;
}

/** The lists of a body by our names. */
export function listsOf(body: SaveBody): { qualified: string[]; undecided: string[] } {
  const { passing_relatedstudentids: passing = [], notready_relatedstudentids: notReady = [] } = body;
  return { qualified: passing.map(idOf), undecided: notReady.map(idOf) };
}

/** By hand the list that is sent is the choice; other rules were set up before, or were not. */
export function settingsForSave(plugin: { id: string } | null, body: SaveBody): Record<string, unknown> {
  if (plugin !== null && plugin.id !== 'select') return {};
  return { students: listsOf(body).qualified };
}
