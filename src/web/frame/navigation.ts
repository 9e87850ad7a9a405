import {
  Bell,
  ChartColumn,
  ClipboardCheck,
  FileSearch,
  FlaskConical,
  LayoutDashboard,
  Library,
  ListChecks,
  type LucideIcon,
  MessageSquareText,
  MessagesSquare,
  Radar,
  Settings,
  Shapes,
  ShieldAlert,
  Wallet,
} from 'lucide-react';

export interface Place {
  readonly to:
    | '/'
    | '/interactions'
    | '/evaluations'
    | '/review'
    | '/models'
    | '/costs'
    | '/datasets'
    | '/experiments'
    | '/prompts'
    | '/patterns'
    | '/rag'
    | '/safety'
    | '/alerts'
    | '/monitors'
    | '/settings';
  readonly name:
    | 'overview'
    | 'interactions'
    | 'evaluations'
    | 'review'
    | 'models'
    | 'costs'
    | 'datasets'
    | 'experiments'
    | 'prompts'
    | 'patterns'
    | 'rag'
    | 'safety'
    | 'alerts'
    | 'monitors'
    | 'settings';
  readonly icon: LucideIcon;
  /** After `g`. */
  readonly key: string;
  /** Has a place of its own in the bar of narrow screens; the others are in its menu. */
  readonly isFirst?: boolean;
}

/** The pages that exist, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { to: '/', name: 'overview', icon: LayoutDashboard, key: 'o', isFirst: true },
  { to: '/interactions', name: 'interactions', icon: MessagesSquare, key: 'i', isFirst: true },
  { to: '/evaluations', name: 'evaluations', icon: ClipboardCheck, key: 'e', isFirst: true },
  { to: '/review', name: 'review', icon: ListChecks, key: 'r' },
  { to: '/models', name: 'models', icon: ChartColumn, key: 'm' },
  { to: '/costs', name: 'costs', icon: Wallet, key: 'c', isFirst: true },
  { to: '/datasets', name: 'datasets', icon: Library, key: 'd' },
  { to: '/experiments', name: 'experiments', icon: FlaskConical, key: 'x' },
  { to: '/prompts', name: 'prompts', icon: MessageSquareText, key: 'p' },
  { to: '/patterns', name: 'patterns', icon: Shapes, key: 't' },
  { to: '/rag', name: 'rag', icon: FileSearch, key: 'f' },
  { to: '/safety', name: 'safety', icon: ShieldAlert, key: 'y' },
  { to: '/alerts', name: 'alerts', icon: Bell, key: 'a' },
  { to: '/monitors', name: 'monitors', icon: Radar, key: 'n' },
  { to: '/settings', name: 'settings', icon: Settings, key: 's' },
];
