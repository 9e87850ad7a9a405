import {
  ChartColumn,
  ClipboardCheck,
  LayoutDashboard,
  type LucideIcon,
  MessagesSquare,
  Settings,
  Wallet,
} from 'lucide-react';

export interface Place {
  readonly to: '/' | '/interactions' | '/evaluations' | '/models' | '/costs' | '/settings';
  readonly name: 'overview' | 'interactions' | 'evaluations' | 'models' | 'costs' | 'settings';
  readonly icon: LucideIcon;
  /** After `g`. */
  readonly key: string;
}

/** The pages that exist, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { to: '/', name: 'overview', icon: LayoutDashboard, key: 'o' },
  { to: '/interactions', name: 'interactions', icon: MessagesSquare, key: 'i' },
  { to: '/evaluations', name: 'evaluations', icon: ClipboardCheck, key: 'e' },
  { to: '/models', name: 'models', icon: ChartColumn, key: 'm' },
  { to: '/costs', name: 'costs', icon: Wallet, key: 'c' },
  { to: '/settings', name: 'settings', icon: Settings, key: 's' },
];
