/** The parts of the settings, in the order of their links; `general` has the bare address. */
export const SETTINGS_SECTIONS = [
  'general',
  'providers',
  'routes',
  'limits',
  'cache',
  'channels',
  'doctor',
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export function isSettingsSection(name: string): name is SettingsSection {
  return SETTINGS_SECTIONS.some((section) => section === name);
}
