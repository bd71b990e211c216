import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string[];
  DeletionPolicy?: string;
}

export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
}

/** The CloudFormation template of `serverless deploy --stage --param`, built without credentials. */
export async function templateOf(stage: string, params: Record<string, string> = {}): Promise<Template> {
  const folder = await mkdtemp(join(tmpdir(), `commerce-${stage}-`));
  try {
    const args = ['node_modules/serverless/bin/serverless.js', 'package', '--stage', stage, '--package', folder];
    for (const [name, value] of Object.entries(params)) args.push(`--param=${name}=${value}`);
    await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env['PATH'], HOME: folder, BUNDLE: 'none', SLS_TELEMETRY_DISABLED: '1' },
    });
    return JSON.parse(await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8')) as Template;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resources of one type, by logical id. */
export function ofType({ Resources: resources }: Template, type: string): [string, Record<string, unknown>][] {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => [id, Properties ?? {}]);
}
