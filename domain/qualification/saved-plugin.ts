import type { QualificationPlugin } from './plugin';
import type { PluginSettings } from './settings-fields';
import type { SavedPlugin } from './statuses';
import { inWords, type Language } from './text';

/** What a status keeps of its plugin, put into words with the names the assignments have now. */
export function savedPlugin(
  plugin: QualificationPlugin,
  settings: PluginSettings,
  names: ReadonlyMap<string, string>,
): SavedPlugin {
  const { id, version, title, messages } = plugin;
  const reason = plugin.summaryOf(settings);
  const summaryIn = (language: Language): string => inWords(messages, reason, { language, names });
  return { id, version, title, messages, summary: { en: summaryIn('en'), nb: summaryIn('nb') } };
}
