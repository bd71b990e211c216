import { readFileSync } from 'node:fs';

// What `npm run dev` keeps ready: most of a start is importing packages, which no change of ours touches.
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
await import('reflect-metadata');
// A package that cannot be imported by its name alone is imported where it is needed.
for (const name of Object.keys(dependencies)) await import(name).catch(() => undefined);

process.once('disconnect', () => process.exit(0));
process.once('message', () => {
  process.removeAllListeners('disconnect');
  process.disconnect();
  void import('./main.js');
});
