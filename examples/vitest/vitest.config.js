import { defineConfig } from 'vitest/config';

// A perch that starts on a busy machine may take longer than vitest waits for a hook by itself.
export default defineConfig({ test: { setupFiles: ['./browser.js'], hookTimeout: 60_000 } });
