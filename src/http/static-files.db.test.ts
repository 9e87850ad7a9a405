import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';

const SCRIPT = `export const text = '${'a'.repeat(2000)}';`;
const PAGE = '<!doctype html><title>app</title>';
const SCRIPT_PATH = '/assets/index-abc123.js';

let webRoot: string;
let server: TestApp;

beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), 'lqo-static-'));
  mkdirSync(join(webRoot, 'assets'));
  for (const [name, text] of [
    ['index.html', PAGE],
    ['assets/index-abc123.js', SCRIPT],
  ] as const) {
    writeFileSync(join(webRoot, name), text);
    writeFileSync(join(webRoot, `${name}.br`), brotliCompressSync(text));
    writeFileSync(join(webRoot, `${name}.gz`), gzipSync(text));
  }
  writeFileSync(join(webRoot, 'assets/small-abc123.js'), 'export {};');
  server = await testApp({ webRoot });
});

afterAll(async () => {
  await server.close();
  rmSync(webRoot, { recursive: true });
});

function get(url: string, headers: Record<string, string> = {}): ReturnType<TestApp['inject']> {
  return server.inject({ url, headers, key: null });
}

describe('files of the web app, given their compressed forms', () => {
  it('sends Brotli to those who accept it, as the type that the file is', async () => {
    const reply = await get(SCRIPT_PATH, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-encoding']).toBe('br');
    expect(reply.headers['content-type']).toMatch(/^(?:text|application)\/javascript/);
    expect(reply.headers.vary).toMatch(/accept-encoding/i);
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(brotliDecompressSync(reply.rawPayload).toString()).toBe(SCRIPT);
    expect(Number(reply.headers['content-length'])).toBe(reply.rawPayload.length);
    expect(reply.rawPayload.length).toBeLessThan(200);
  });

  it('sends gzip to those who accept only that, and the file itself to the rest', async () => {
    const gzip = await get(SCRIPT_PATH, { 'accept-encoding': 'gzip' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(SCRIPT);
    const plain = await get(SCRIPT_PATH, { 'accept-encoding': 'identity' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.vary).toMatch(/accept-encoding/i);
    expect(plain.body).toBe(SCRIPT);
  });

  it('gives each form an ETag of its own, and answers 304 to it', async () => {
    const accept = { 'accept-encoding': 'br' };
    const brotli = await get(SCRIPT_PATH, accept);
    const plain = await get(SCRIPT_PATH);
    const etag = brotli.headers.etag;
    expect(etag).toBeTypeOf('string');
    expect(etag).not.toBe(plain.headers.etag);
    const again = await get(SCRIPT_PATH, { ...accept, 'if-none-match': String(etag) });
    expect(again.statusCode).toBe(304);
    expect(again.rawPayload.length).toBe(0);
  });

  it('sends the page compressed and never cached, with its policy', async () => {
    for (const url of ['/', '/interactions']) {
      const reply = await get(url, { 'accept-encoding': 'br', accept: 'text/html' });
      expect(reply.headers['content-encoding']).toBe('br');
      expect(reply.headers['content-type']).toMatch(/^text\/html/);
      expect(reply.headers['cache-control']).toBe('no-store');
      expect(reply.headers['content-security-policy']).toContain("script-src 'self'");
      expect(brotliDecompressSync(reply.rawPayload).toString()).toBe(PAGE);
    }
  });
});

describe('files of the web app, given no compressed form', () => {
  it('sends the file as it is', async () => {
    const reply = await get('/assets/small-abc123.js', { 'accept-encoding': 'br, gzip' });
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-encoding']).toBeUndefined();
    expect(reply.body).toBe('export {};');
  });

  it('answers 404 for a file that is not there, and has no address for compressed forms', async () => {
    const gone = await get('/assets/gone-abc123.js', { 'accept-encoding': 'br' });
    expect(gone.statusCode).toBe(404);
    expect((await get('/index.html.br')).statusCode).toBe(404);
  });

  it('does not leave its folder', async () => {
    const reply = await get('/assets/..%2f..%2fpackage.json', { 'accept-encoding': 'br' });
    expect(reply.statusCode).toBeGreaterThanOrEqual(400);
  });
});
