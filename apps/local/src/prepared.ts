import { readFileSync } from 'node:fs';

// `npm run dev` keeps this process ready: a start mostly imports packages, which our changes do not affect.
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
await import('reflect-metadata');
// A package that cannot be imported by its bare name is imported later, where it is needed.
for (const name of Object.keys(dependencies)) await import(name).catch(() => undefined);

process.once('disconnect', () => process.exit(0));
process.once('message', () => {
  process.removeAllListeners('disconnect');
  process.disconnect();
  void import('./main.js');
});
