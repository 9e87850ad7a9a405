import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** File with a dump of a migrated PGlite. */
    migratedSnapshot: string;
    /** File with a dump of an empty PGlite. */
    emptySnapshot: string;
    /** The run's server: its maintenance database and the name of a migrated template. */
    postgresServer: { adminUrl: string; template: string };
  }
}
