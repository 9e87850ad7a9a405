import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = 'http://127.0.0.1:18000';

/** The dashboard: hashed files only, nothing inlined, so that `default-src 'self'` holds. */
export default defineConfig({
  root: fileURLToPath(new URL('./src/web', import.meta.url)),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL('./dist/web', import.meta.url)),
    emptyOutDir: true,
    // An inlined asset would be a data: URL, which the policy refuses.
    assetsInlineLimit: 0,
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/v1', '/openapi.json', '/docs', '/ready', '/health', '/sign-in'].map((path) => [
        path,
        { target: SERVER, changeOrigin: true },
      ]),
    ),
  },
});
