import type { System } from './systems.ts';
import type { TaskId } from './tasks.ts';

/** How a task's detector is made again without one of its sources. */
export interface LeaveOut {
  readonly task: TaskId;
  /** Sets that are left out in turn. */
  sources(data: string): readonly string[];
  /** Ours, with models that never saw the source. */
  without(source: string, data: string): System;
}

/** Detectors that learn. */
export const LEAVE_OUT: readonly LeaveOut[] = [];
