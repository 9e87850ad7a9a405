import type { ReactNode } from 'react';
import { LedgerPanel } from '../overview/ledger-panel.tsx';
import { Appearance } from './appearance.tsx';
import { Keys } from './keys.tsx';
import { Cache } from './limits/cache.tsx';
import { LimitUses } from './limits/limit-use.tsx';
import { Limits } from './limits/limits.tsx';
import { ProjectPanel } from './project-panel.tsx';
import { PointYourSdk } from './providers/point-your-sdk.tsx';
import { Providers } from './providers/providers.tsx';
import { Routes } from './routes/routes.tsx';

/** The parts of the settings, in the order of their links; `general` has the bare address. */
export const SETTINGS_SECTIONS = ['general', 'providers', 'routes', 'limits', 'cache'] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export function isSettingsSection(name: string): name is SettingsSection {
  return SETTINGS_SECTIONS.some((section) => section === name);
}

/** What a part shows. */
export function SectionContent({ section }: { section: SettingsSection }): ReactNode {
  switch (section) {
    case 'general':
      return (
        <>
          <Keys />
          <Appearance />
          <ProjectPanel />
          <LedgerPanel />
        </>
      );
    case 'providers':
      return (
        <>
          <Providers />
          <PointYourSdk />
        </>
      );
    case 'routes':
      return <Routes />;
    case 'limits':
      return (
        <>
          <Limits />
          <LimitUses />
        </>
      );
    case 'cache':
      return <Cache />;
  }
}
