import type { QualificationPlugin } from '../plugin';
import { approvedAll } from './approved-all';
import { approvedSubset } from './approved-subset';
import { passcount } from './passcount';
import { points } from './points';
import { select } from './select';

/** What comes with the service, in the order it is offered in where nobody says otherwise. */
export const SHIPPED_PLUGINS: readonly QualificationPlugin[] = [approvedAll, approvedSubset, points, passcount, select];

/**
 * The plugins on offer, in the order they are named. An id nobody has, or two plugins with one id, ends the start: a rule
 * that silently is another one decides about people.
 */
export function offeredPlugins(
  installed: readonly QualificationPlugin[],
  ids: readonly string[] = installed.map(({ id }) => id),
): QualificationPlugin[] {
  const byId = new Map<string, QualificationPlugin>();
  for (const plugin of installed) {
    if (byId.has(plugin.id)) throw new Error(`Two plugins are called ${plugin.id}.`);
    byId.set(plugin.id, plugin);
  }
  return [...new Set(ids)].map((id) => {
    const plugin = byId.get(id);
    if (plugin === undefined) throw new Error(`There is no plugin ${id}; there are: ${[...byId.keys()].join(', ')}.`);
    return plugin;
  });
}
