import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import { type ApiDocument, breakingChanges } from '../../apps/local/src/documents/breaking-changes.js';
import { type Json, readJson } from '../support/json.js';
import { startedPlatform } from './support/platforms.js';

const file = (name: string) => readJson(`docs/api/${name}.json`);

describe('the documents of the whole platform', () => {
  const running = startedPlatform({});
  const served = async (name: string): Promise<Json> => (await fetch(`${running().client.base}/${name}.json`)).json();

  it('match those in the repository (npm run api:write)', async () => {
    const api = await served('openapi');
    const changes = breakingChanges(file('openapi.released') as ApiDocument, api as ApiDocument);
    process.stderr.write(`${['Breaking changes since the last release:', ...changes, changes.length].join('\n  ')}\n`);
    expect(api).toEqual(file('openapi'));
    expect(await served('asyncapi')).toEqual(file('asyncapi'));
  });

  it("match the typed client's types (npm run api:write)", () => {
    const written = join(mkdtempSync(join(tmpdir(), 'types-')), 'schema.ts');
    const generate = ['node_modules/openapi-typescript/bin/cli.js', 'docs/api/openapi.json', '--output', written];
    execFileSync(process.execPath, generate, { stdio: 'ignore' });
    expect(readFileSync('clients/typescript/src/schema.ts', 'utf8')).toBe(readFileSync(written, 'utf8'));
  });

  it('are valid OpenAPI, for the platform and for each service', async () => {
    for (const name of ['openapi', 'openapi/users', 'openapi/products', 'openapi/orders', 'openapi/notifier']) {
      await expect(SwaggerParser.validate(await served(name))).resolves.toBeDefined();
    }
  });
});
