import { describe, expect, it } from 'vitest';
import { limitDirectory, limitRule, limitSubject, testGate } from '../../test/support/limits.ts';
import type { Admission, LimitGate } from './gate.ts';
import { type GateServer, remoteGate, serveGate } from './remote-gate.ts';
import type { LimitRule } from './rules.ts';

const places = [limitRule({ metric: 'concurrent_requests', limit: 2 })];

/** Gates of two processes over the gate of a third; messages are copied on the way, as between processes. */
function processes(all: readonly LimitRule[]) {
  const main = testGate(all);
  const server = serveGate(main.gate);
  let up = true;
  const failures: string[] = [];
  const connect = (client: string): LimitGate =>
    remoteGate({
      call: async (name, payload) => {
        if (!up) throw new Error('gone');
        return structuredClone(await server.handle(client, name, structuredClone(payload)));
      },
      directory: limitDirectory(all),
      fallback: testGate(all).gate,
      onFailure: (error) => failures.push(error.message),
    });
  const cut = (): void => {
    up = false;
  };
  return { server, one: connect('one'), two: connect('two'), cut, failures };
}

const admitted = async (gate: LimitGate): Promise<boolean> =>
  (await gate.admit(limitSubject())).admitted;

describe('a gate shared by processes', () => {
  it('counts the calls of all of them', async () => {
    const { one, two } = processes(places);
    const first = await one.admit(limitSubject());
    expect(await admitted(two)).toBe(true);
    expect(await two.admit(limitSubject())).toMatchObject({
      admitted: false,
      retryAfterMs: 1000,
      limit: '2 requests at the same time for this key',
    });
    release(first);
    release(first);
    expect([await admitted(two), await admitted(one)]).toEqual([true, false]);
  });

  it('takes tokens back across processes and hands headers through', async () => {
    const { one, two } = processes([limitRule({ metric: 'tokens_per_minute', limit: 100 })]);
    const call = await one.admit(limitSubject({ estimatedTokens: 100 }));
    expect(call).toMatchObject({ admitted: true, countsTokens: true });
    expect(call.headers).toContain('x-ratelimit-limit-tokens');
    expect((await two.admit(limitSubject({ estimatedTokens: 50 }))).admitted).toBe(false);
    release(call, 50);
    expect((await two.admit(limitSubject({ estimatedTokens: 50 }))).admitted).toBe(true);
  });

  it('never asks about a project without rules', () => {
    const { one, cut } = processes([]);
    cut();
    expect(one.admit(limitSubject())).toMatchObject({ admitted: true, headers: [] });
  });

  it('gives the places of a process back that ended', async () => {
    const { server, one, two } = processes(places);
    await one.admit(limitSubject());
    await one.admit(limitSubject());
    expect(await admitted(two)).toBe(false);
    server.gone('one');
    expect(await admitted(two)).toBe(true);
  });

  it('holds nothing for a process that ended while it waited', async () => {
    const held: string[] = [];
    let answer = (_admission: Admission): void => undefined;
    const slow: LimitGate = {
      admit: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    };
    const server: GateServer = serveGate(slow);
    const asked = server.handle('one', 'limits.admit', limitSubject());
    server.gone('one');
    answer({ admitted: true, headers: [], release: () => held.push('released') });
    await asked;
    expect(held).toEqual(['released']);
  });

  it('decides alone when the other process does not answer', async () => {
    const { one, cut, failures } = processes(places);
    cut();
    const all = [await admitted(one), await admitted(one), await admitted(one)];
    expect(all).toEqual([true, true, false]);
    expect(failures).toEqual(['gone', 'gone', 'gone']);
  });
});

function release(admission: Admission, tokens: number | null = null): void {
  if (!admission.admitted) throw new Error('refused');
  admission.release(tokens);
}
