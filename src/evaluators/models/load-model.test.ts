import { describe, expect, it } from 'vitest';
import { shippedModel } from './load-model.ts';

describe('a shipped model', () => {
  it('is read when it is first used, not before', () => {
    const missing = shippedModel('no-such-model');
    expect(missing).toThrow(/no-such-model/);
  });
});
