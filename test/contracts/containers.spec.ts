import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { loadConfig } from '@app/config';
import { EmulatorConfig, GatewayConfig } from '../../apps/local/src/containers/containers.config.js';
import { NotifierConfig } from '../../apps/notifier/src/notifier.config.js';
import { OrdersConfig } from '../../apps/orders/src/orders.config.js';
import { ProductsConfig } from '../../apps/products/src/products.config.js';
import { UsersConfig } from '../../apps/users/src/users.config.js';
import { readCompose, startedWith } from '../support/compose.js';

const { services, volumes } = readCompose();
const ours = Object.entries(services).filter(([, { build }]) => build);
const dockerfile = readFileSync('docker/Dockerfile', 'utf8');
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, rest]) => rest);

const CONTRACTS: [string, new () => object][] = [
  ['users', UsersConfig],
  ['products', ProductsConfig],
  ['orders', OrdersConfig],
  ['notifier', NotifierConfig],
  ['gateway', GatewayConfig],
  ['emulator', EmulatorConfig],
];

describe('the Dockerfile', () => {
  it('builds in stages and ships the last one alone, on a slim image of the Node that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    const stages = instructions('FROM');
    expect(stages.length).toBeGreaterThan(1);
    for (const stage of stages)
      expect(stage).toMatch(new RegExp(`^node:${/\d+/.exec(engines.node)?.[0]}-\\w+-slim( |$)`));
    expect(stages.at(-1)).not.toContain(' AS ');
  });

  it('runs as nobody special, takes one app, and tells its health', () => {
    expect(instructions('USER')).toEqual(['node']);
    expect(instructions('ARG')).toEqual(['APP']);
    expect(instructions('HEALTHCHECK')).toHaveLength(1);
    expect(dockerfile.indexOf('\nUSER ')).toBeGreaterThan(dockerfile.lastIndexOf('\nCOPY '));
    expect(dockerfile).toContain('MALLOC_MMAP_THRESHOLD_=');
  });

  it('copies only what the build context holds', () => {
    const kept = readFileSync('docker/Dockerfile.dockerignore', 'utf8').match(/(?<=^!).+/gm) ?? [];
    for (const path of kept) expect([path, existsSync(path)]).toEqual([path, true]);
    for (const path of ['package.json', 'package-lock.json', '.npmrc', '.swcrc', 'apps', 'libs'])
      expect(kept).toContain(path);
  });
});

describe('docker/compose.yml', () => {
  it.each(ours)('%s is built from the one Dockerfile, and has an entry', (_, { build, command }) => {
    expect(build).toMatchObject({ context: '..', dockerfile: 'docker/Dockerfile' });
    const entry = command?.at(-1) ?? `dist/apps/${build?.args.APP}/src/main.js`;
    expect(existsSync(entry.replace(/^dist\/(.*)\.js$/, '$1.ts'))).toBe(true);
  });

  it.each(ours)('%s may write nothing but its volumes', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it('runs nothing whose environment is not known', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(CONTRACTS.map(([name]) => name).sort());
  });

  it.each(CONTRACTS)('gives %s a valid environment', (name, config) => {
    const environment = Object.entries(services[name]?.environment ?? {}).map(([variable, value]) => [
      variable,
      value.replace(/\$\{\w+:-(.*)\}/, '$1'),
    ]);
    expect(() => loadConfig<object>(config, Object.fromEntries(environment))).not.toThrow();
  });

  it('names only hosts, volumes and services that exist', () => {
    const text = JSON.stringify(services);
    for (const [, host = ''] of text.matchAll(/(?:http|tcp|redis|mysql):\/\/(?:\w+@)?([a-z]+):\d/g)) {
      expect(Object.keys(services)).toContain(host);
    }
    for (const volume of Object.values(services).flatMap((service) => service.volumes ?? [])) {
      expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    }
  });

  it('publishes on this machine alone', () => {
    for (const port of Object.values(services).flatMap(({ ports = [] }) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each([
    ['users', ['users', 'mysql', 'valkey', 'emulator']],
    ['notifier', ['notifier', 'mysql', 'valkey', 'emulator']],
    ['products', ['products', 'mysql', 'valkey', 'emulator', 'users']],
    ['orders', ['orders', 'mysql', 'valkey', 'emulator', 'users', 'products']],
    ['gateway', Object.keys(services)],
  ])('up %s starts what it needs and no more', (name, needed) => {
    expect(startedWith(services, name).sort()).toEqual([...needed].sort());
  });

  const client = spawnSync('docker', ['compose', 'version']).status === 0;
  (client ? it : it.skip)('is what a compose client takes', () => {
    const config = ['compose', '-f', 'docker/compose.yml', 'config', '-q'];
    const { status, stderr } = spawnSync('docker', config, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});
