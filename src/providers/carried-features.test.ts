import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderCarriedFeatures } from './fixtures/carried-features.ts';

const PAGE = join(import.meta.dirname, '../../docs/dialects.md');

describe('given the page about what is carried between dialects', () => {
  // After a change on purpose: `npx vitest run src/providers/carried-features.test.ts -u`.
  it('says what the code does', async () => {
    await expect(renderCarriedFeatures()).toMatchFileSnapshot(PAGE);
  });
});
