import { createSecretKey } from 'node:crypto';
import type { SecretBox } from '../../src/alerting/notify/secret-box.ts';
import { openText, sealText } from '../../src/routing/credential-box.ts';

/** A box with a key of its own, as the program makes one of its secret key. */
export function testBox(byte = 7): SecretBox {
  const key = { id: `key${byte}`, key: createSecretKey(Buffer.alloc(32, byte)) };
  return {
    seal: async (id, text) => sealText(key, `channel:${id}`, text),
    open: async (id, sealed) => openText(key, `channel:${id}`, sealed),
  };
}
