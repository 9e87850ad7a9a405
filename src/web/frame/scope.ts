import { createContext, useContext } from 'react';
import type { Project, SessionReply } from '../../contract/access.ts';
import type { TimeRange } from '../time-range.ts';

/** What every page is about: one project and one range of time. */
export interface Scope {
  readonly session: SessionReply;
  readonly project: Project;
  readonly range: TimeRange;
  /** The moment the page was last brought up to date; presets end here. */
  readonly anchor: number;
  /** Interactions that arrived since then. */
  readonly added: number;
  readonly live: boolean;
  readonly refresh: () => void;
}

export const ScopeContext = createContext<Scope | null>(null);

export function useScope(): Scope {
  const scope = useContext(ScopeContext);
  if (scope === null) throw new Error('a page is drawn outside the frame');
  return scope;
}
