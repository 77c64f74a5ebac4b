import { resolve } from 'node:path';
import type { QualificationPlugin } from '../domain/qualification/plugin';
import { offeredPlugins, SHIPPED_PLUGINS } from '../domain/qualification/plugins/shipped';
import { SettingsError } from './env-reader';
import type { QualificationSettings } from './qualification-settings';

/**
 * The plugins on offer, in their order: those that come with the service and those of the configured files.
 * @throws SettingsError for a file that holds no plugin, an id nobody has, or one that two have.
 */
export function loadQualificationPlugins({
  pluginModules,
  plugins,
}: Pick<QualificationSettings, 'pluginModules' | 'plugins'>): QualificationPlugin[] {
  try {
    return offeredPlugins([...SHIPPED_PLUGINS, ...pluginModules.map(loadPlugin)], plugins);
  } catch (error) {
    throw new SettingsError([`QUALIFICATION_PLUGINS: ${(error as Error).message}`]);
  }
}

function loadPlugin(file: string): QualificationPlugin {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is named by the configuration.
  const { plugin } = require(resolve(file)) as { plugin?: QualificationPlugin };
  if (typeof plugin?.configure === 'function' && typeof plugin.ruleFor === 'function') return plugin;
  throw new Error(`${file} exports no plugin made by definePlugin.`);
}
