import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Impostor {
  readonly listening: Promise<{ readonly port: number }>;
  /** Requests that came through although nobody may trust it. */
  requests(): number;
  close(): Promise<void>;
}

/** Whether openssl is here; where everything has to be, its absence is for the test to show. */
export function canSignCertificates(): boolean {
  return process.env['CI'] === 'true' || spawnSync('openssl', ['version']).status === 0;
}

/** A server with TLS whose certificate it signed itself, made on the spot by openssl. */
export function startImpostor(): Impostor {
  const folder = mkdtempSync(join(tmpdir(), 'lqo-impostor-'));
  const key = join(folder, 'key.pem');
  const cert = join(folder, 'cert.pem');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  let seen = 0;
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (_request, response) => {
      seen += 1;
      response.end('{}');
    },
  );
  rmSync(folder, { recursive: true, force: true });
  return {
    listening: new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve({ port: (server.address() as AddressInfo).port });
      });
    }),
    requests: () => seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
