import type { ReactNode } from 'react';
import { LedgerPanel } from '../overview/ledger-panel.tsx';
import { Appearance } from './appearance.tsx';
import { Channels } from './channels/channels.tsx';
import { Doctor } from './doctor/doctor.tsx';
import { Keys } from './keys.tsx';
import { Cache } from './limits/cache.tsx';
import { LimitUses } from './limits/limit-use.tsx';
import { Limits } from './limits/limits.tsx';
import { ProjectPanel } from './project-panel.tsx';
import { PointYourSdk } from './providers/point-your-sdk.tsx';
import { Providers } from './providers/providers.tsx';
import { Routes } from './routes/routes.tsx';
import type { SettingsSection } from './section-names.ts';

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
    case 'channels':
      return <Channels />;
    case 'doctor':
      return <Doctor />;
  }
}
