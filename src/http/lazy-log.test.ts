import { describe, expect, it, vi } from 'vitest';
import { createLog } from '../core/log.ts';
import { LazyLog } from './lazy-log.ts';

function logTo(level: string): { log: LazyLog; lines: Record<string, unknown>[]; made(): number } {
  const lines: Record<string, unknown>[] = [];
  const parent = createLog(level, { write: (line) => void lines.push(JSON.parse(line)) });
  const child = vi.spyOn(parent, 'child');
  const log = new LazyLog(parent, { requestId: 'r-1' });
  return { log, lines, made: () => child.mock.calls.length };
}

describe('given the log of a request', () => {
  it('writes lines with its bindings, whatever their form', () => {
    const { log, lines } = logTo('trace');
    log.error({ err: new Error('broken') }, 'request failed');
    log.info('plain %s', 'text');
    log.child({ step: 2 }).warn('deeper');
    expect(lines).toMatchObject([
      { level: 50, requestId: 'r-1', msg: 'request failed', err: { message: 'broken' } },
      { level: 30, requestId: 'r-1', msg: 'plain text' },
      { level: 40, requestId: 'r-1', step: 2, msg: 'deeper' },
    ]);
  });

  it('makes nothing while nothing is written', () => {
    const { log, lines, made } = logTo('error');
    log.debug({ status: 200 }, 'request');
    log.info('request');
    log.silent();
    expect(lines).toEqual([]);
    expect(made()).toBe(0);
    expect(log.level).toBe('error');
  });
});
