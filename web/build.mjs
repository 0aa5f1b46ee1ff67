// Builds what perch hands out: the loader and the ChatInterface script, which sites load, the widget in its frame, its preview, and the desk.

import { mkdir, readdir, readFile, rm, writeFile, copyFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const dist = 'dist';

const one = (name, input, format) =>
  build({
    root: '.',
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input, output: { format, entryFileNames: `${name}.js`, assetFileNames: `${name}[extname]`, codeSplitting: false } },
    },
  });

await mkdir(dist, { recursive: true });
for (const name of await readdir(dist)) if (name !== '.keep') await rm(`${dist}/${name}`, { recursive: true });
await one('loader', 'src/loader.ts', 'iife');
await one('chat-interface', 'src/chat-interface.ts', 'iife');
await one('widget', 'src/widget.tsx', 'es');
await one('preview', 'src/preview.tsx', 'es');
await one('desk', 'src/desk/main.tsx', 'es');
for (const name of await readdir('pages')) await copyFile(`pages/${name}`, `${dist}/${name}`);
for (const name of await readdir(dist)) {
  if (/\.(js|css)$/.test(name)) await writeFile(`${dist}/${name}.gz`, gzipSync(await readFile(`${dist}/${name}`), { level: 9 }));
}
