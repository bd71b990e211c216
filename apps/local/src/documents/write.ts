import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Platform } from '../platform.js';
import { breakingChanges, type ApiDocument } from './breaking-changes.js';
import { listings } from './listings.js';

const FOLDER = 'docs/api';
const RELEASED = join(FOLDER, 'openapi.released.json');

/**
 * `npm run api:write`: writes the listings of services, the platform's documents and the client's types. With
 * --release, the documents also become those of the last release.
 */
for (const [file, text] of Object.entries(listings())) writeFileSync(file, text);

const dataDir = mkdtempSync(join(tmpdir(), 'api-'));
const platform = await Platform.start({ host: '127.0.0.1', port: 0, dataDir, logLevel: 'silent' });
mkdirSync(FOLDER, { recursive: true });
for (const name of ['openapi', 'asyncapi']) {
  const document: unknown = await (await fetch(`${platform.url}/${name}.json`)).json();
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
await platform.close();
rmSync(dataDir, { recursive: true });

const current = join(FOLDER, 'openapi.json');
const types = ['node_modules/openapi-typescript/bin/cli.js', current, '--output', 'clients/typescript/src/schema.ts'];
execFileSync(process.execPath, types, { stdio: ['ignore', 'ignore', 'inherit'] });
if (process.argv.includes('--release')) copyFileSync(current, RELEASED);
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as ApiDocument;
const changes = breakingChanges(read(RELEASED), read(current));
console.log(`${FOLDER} is written. Breaking changes since the last release: ${changes.length || 'none'}`);
for (const change of changes) console.log(`  ${change}`);
process.exit(0);
