import { type Config, ConfigError } from './core/config.ts';
import type { Server } from './http/server.ts';

/** Where a program that listens at `url` reaches itself: an address for every interface is none to connect to. */
export function ownUrl(url: string): string {
  const own = new URL(url);
  if (own.hostname === '0.0.0.0') own.hostname = '127.0.0.1';
  if (own.hostname === '[::]') own.hostname = '[::1]';
  return own.origin;
}

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
