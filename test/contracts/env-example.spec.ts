import { globSync, readFileSync } from 'node:fs';
import { getMetadataStorage } from 'class-validator';
import { DatabasesConfig } from '../../apps/databases/src/databases.config.js';
import { FrontConfig } from '../../apps/front/src/front.config.js';
import { EmulatorConfig, GatewayConfig } from '../../apps/local/src/containers/containers.config.js';
import { loadService } from '../../apps/local/src/load-service.js';
import { LocalConfig } from '../../apps/local/src/local.config.js';
import { SERVICES } from '../../apps/manifests.js';
import { OpsConfig } from '../../apps/ops/src/ops.config.js';

/** The variables of `.env.example` by section; a section's heading is `# [name]`. */
function documented(): Record<string, string[]> {
  const sections: Record<string, string[]> = {};
  let section = '';
  for (const line of readFileSync('.env.example', 'utf8').split('\n')) {
    section = /^# \[(\w+)\]/.exec(line)?.[1] ?? section;
    const name = /^#?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1];
    if (name !== undefined) (sections[section] ??= []).push(name);
  }
  return sections;
}

function variables(config: new () => object): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(config, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].sort();
}

const { every = [], ...sections } = documented();
const CONTRACTS: [string, new () => object, string[]][] = [
  ['local', LocalConfig, []],
  ['ops', OpsConfig, []],
  ['gateway', GatewayConfig, []],
  ['emulator', EmulatorConfig, []],
  ['databases', DatabasesConfig, []],
  ['front', FrontConfig, every.filter((name) => variables(FrontConfig).includes(name))],
];

describe('.env.example', () => {
  it('has a section for every app with a configuration', () => {
    const apps = globSync('apps/*/src/*.config.ts').map((file) => /\w+(?=\.config)/.exec(file)?.[0] ?? '');
    expect(Object.keys(sections)).toEqual(expect.arrayContaining(apps.filter((app) => app !== 'containers')));
    expect(Object.keys(sections).sort()).toEqual([...SERVICES, ...CONTRACTS.map(([name]) => name)].sort());
  });

  it.each(CONTRACTS)('names every variable of %s and no other', (name, config, shared) => {
    expect([...(sections[name] ?? []), ...shared].sort()).toEqual(variables(config));
  });

  it.each(SERVICES)('names every variable of %s and no other', async (name) => {
    const wanted = variables((await loadService(name)).config);
    const shared = every.filter((variable) => wanted.includes(variable));
    expect([...new Set([...(sections[name] ?? []), ...shared])].sort()).toEqual(wanted);
  });

  it('lists only used variables in the section for every service', async () => {
    const known = await Promise.all(SERVICES.map(async (name) => variables((await loadService(name)).config)));
    expect(every.filter((variable) => !known.flat().includes(variable))).toEqual([]);
  });
});
