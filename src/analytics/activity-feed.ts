import type { StreamMessage } from '../contract/access.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Database } from '../store/database.ts';

const POLL_MS = 1_000;

/** Somebody who watches one project. */
export interface Listener {
  readonly projectId: string;
  readonly projectSlug: string;
  receive(message: StreamMessage): void;
}

export interface ActivityFeedDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the spool loses records; asked once a second while somebody listens. */
  readonly isDegraded?: () => boolean | Promise<boolean>;
}

interface Counts {
  readonly interactions: number;
  readonly scores: number;
  readonly opened: number;
  readonly closed: number;
}

interface ActivityRow extends Counts {
  readonly project_id: string;
}

type News =
  | { readonly kind: 'interactions' | 'scores'; readonly added: number }
  | { readonly kind: 'alerts'; readonly opened: number; readonly closed: number };

const NOTHING_YET: Counts = { interactions: 0, scores: 0, opened: 0, closed: 0 };

/**
 * One look a second at the counters of the watched projects, shared by all listeners of the process, and none while
 * nobody listens. A listener is told what was added after it came.
 */
export class ActivityFeed {
  readonly #deps: ActivityFeedDeps;
  readonly #listeners = new Set<Listener>();
  readonly #seen = new Map<string, Counts>();
  #degraded: boolean | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;

  constructor(deps: ActivityFeedDeps) {
    this.#deps = deps;
  }

  /** Resolves once everything that is added from now on will be told; answers how to stop. */
  async listen(listener: Listener): Promise<() => void> {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      if (!this.#isLooking) void this.poll();
    }, POLL_MS).unref();
    await this.poll();
    return (): void => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  /** Looks once, after a look that is under way. Never fails: a database that is away is looked at again. */
  async poll(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    await this.#looking;
  }

  close(): void {
    this.#listeners.clear();
    this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#seen.clear();
    this.#degraded = null;
  }

  async #look(): Promise<void> {
    if (this.#listeners.size === 0) return;
    this.#isLooking = true;
    try {
      await this.#lookAtProjects();
      await this.#lookAtLedger();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'could not look at the activity of projects');
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookAtProjects(): Promise<void> {
    const projects = new Set([...this.#listeners].map(({ projectId }) => projectId));
    for (const known of this.#seen.keys()) if (!projects.has(known)) this.#seen.delete(known);
    const rows = await this.#deps.database.query<ActivityRow>(
      `select p.id as project_id, coalesce(a.interactions, 0) as interactions, coalesce(a.scores, 0) as scores,
         coalesce(c.opened, 0) as opened, coalesce(c.closed, 0) as closed
       from unnest($1::uuid[]) as p(id)
       left join activity a on a.project_id = p.id left join alert_counters c on c.project_id = p.id`,
      [[...projects]],
    );
    const counts = new Map(rows.map((row) => [row.project_id, row]));
    for (const project of projects) this.#compare(project, counts.get(project) ?? NOTHING_YET);
  }

  #compare(projectId: string, now: Counts): void {
    const before = this.#seen.get(projectId);
    this.#seen.set(projectId, now);
    if (before === undefined) return;
    for (const kind of ['interactions', 'scores'] as const) {
      const added = now[kind] - before[kind];
      if (added > 0) this.#tell(projectId, { kind, added });
    }
    const opened = Math.max(0, now.opened - before.opened);
    const closed = Math.max(0, now.closed - before.closed);
    if (opened + closed > 0) this.#tell(projectId, { kind: 'alerts', opened, closed });
  }

  #tell(projectId: string, news: News): void {
    const at = new Date(this.#deps.clock.now()).toISOString();
    for (const listener of this.#listeners) {
      if (listener.projectId !== projectId) continue;
      listener.receive({ ...news, project: listener.projectSlug, at });
    }
  }

  async #lookAtLedger(): Promise<void> {
    const degraded = (await this.#deps.isDegraded?.()) ?? false;
    if (this.#degraded !== null && this.#degraded !== degraded) {
      const at = new Date(this.#deps.clock.now()).toISOString();
      for (const listener of this.#listeners) listener.receive({ kind: 'ledger', degraded, at });
    }
    this.#degraded = degraded;
  }
}
