import { type Config, ConfigError } from './core/config.ts';
import type { Server } from './http/server.ts';

/** Listens where the configuration says and answers the URL. Throws ConfigError when the port is taken. */
export async function listen({ app }: Server, config: Config): Promise<string> {
  try {
    return await app.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ConfigError(
      `Port ${config.PORT} on ${config.HOST} is taken by another program. Stop it, or start with another port: PORT=18001 npm start`,
    );
  }
}
