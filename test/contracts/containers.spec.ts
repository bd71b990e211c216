import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@app/config';
import { EmulatorConfig, GatewayConfig } from '../../apps/local/src/containers/containers.config.js';
import { loadService } from '../../apps/local/src/load-service.js';
import { SERVICES } from '../../apps/manifests.js';
import { readCompose, startedWith } from '../support/compose.js';

const { services, volumes } = readCompose();
const ours = Object.entries(services).filter(([, { build }]) => build);
const dockerfile = readFileSync('docker/Dockerfile', 'utf8');
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, rest]) => rest);

const CONTRACTS: [string, () => Promise<new () => object>][] = [
  ['gateway', () => Promise.resolve(GatewayConfig)],
  ['emulator', () => Promise.resolve(EmulatorConfig)],
  ...SERVICES.map((name): [string, () => Promise<new () => object>] => [
    name,
    async () => (await loadService(name)).config,
  ]),
];

describe('the Dockerfile', () => {
  it('builds in stages and ships only the last one, on a slim image of the Node in package.json', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    const stages = instructions('FROM').map((stage = '') => stage.split(' AS '));
    expect(stages.length).toBeGreaterThan(1);
    const named = stages.map(([, name]) => name);
    for (const [base = ''] of stages.filter(([base]) => !named.includes(base)))
      expect(base).toMatch(new RegExp(`^node:${/\d+/.exec(engines.node)?.[0]}-\\w+-slim$`));
    expect(stages.at(-1)).toHaveLength(1);
  });

  it('builds the same layers for every app, with the differences last', () => {
    const last = dockerfile.trim().split('\n').slice(-2).join('\n');
    expect(last).toMatch(/^ARG APP\nENV APP=\$\{APP:\?.+\}$/);
    expect(instructions('RUN npm ci')).toHaveLength(1);
  });

  it('needs no frontend from a registry', () => {
    expect(dockerfile).not.toMatch(/^# *syntax *=/im);
  });

  it('checks its health cheaply: without a Node process, and rarely after the start', () => {
    const [health = ''] = instructions('HEALTHCHECK');
    expect(health).toMatch(/^--interval=10s .*--start-interval=1s .*CMD \["healthy"\]$/);
    expect(readFileSync('docker/healthy', 'utf8')).not.toMatch(/^[^#]*\bnode\b/m);
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('is healthy with %s at /health/ready: exit code %s', async (answered, code) => {
    const server = createServer(({ url }, response) =>
      response.writeHead(url === '/health/ready' ? answered : 404).end(),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const healthy = spawn('docker/healthy', { env: { ...process.env, PORT: String(port) } });
    expect((await once(healthy, 'exit'))[0]).toBe(code);
    server.close();
  });

  it('is not healthy if nothing listens', () => {
    expect(spawnSync('docker/healthy', { env: { ...process.env, PORT: '1' } }).status).toBe(1);
  });

  it('runs without privileges, takes one app, and reports its health', () => {
    expect(instructions('USER')).toEqual(['node']);
    expect(instructions('ARG')).toEqual(['APP']);
    expect(instructions('HEALTHCHECK')).toHaveLength(1);
    expect(dockerfile.indexOf('\nUSER ')).toBeGreaterThan(dockerfile.lastIndexOf('\nCOPY '));
    expect(dockerfile).toContain('MALLOC_MMAP_THRESHOLD_=');
  });

  it('copies only files of the build context', () => {
    const kept = readFileSync('docker/Dockerfile.dockerignore', 'utf8').match(/(?<=^!).+/gm) ?? [];
    for (const path of kept) expect([path, existsSync(path)]).toEqual([path, true]);
    for (const path of ['package.json', 'package-lock.json', '.npmrc', '.swcrc', 'apps', 'libs'])
      expect(kept).toContain(path);
  });
});

describe('docker/compose.yml', () => {
  it.each(ours)('%s is built from the shared Dockerfile, and has an entry', (_, { build, command }) => {
    expect(build).toMatchObject({ context: '..', dockerfile: 'docker/Dockerfile' });
    const entry = command?.at(-1) ?? `dist/apps/${build?.args.APP}/src/main.js`;
    expect(existsSync(entry.replace(/^dist\/(.*)\.js$/, '$1.ts'))).toBe(true);
  });

  it.each(ours)('%s may write only to its volumes', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  it('runs only services with a known environment', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(CONTRACTS.map(([name]) => name).sort());
  });

  it.each(CONTRACTS)('gives %s a valid environment', async (name, load) => {
    const config = await load();
    const environment = Object.entries(services[name]?.environment ?? {}).map(([variable, value]) => [
      variable,
      value.replace(/\$\{\w+:-(.*)\}/, '$1'),
    ]);
    expect(() => loadConfig<object>(config, Object.fromEntries(environment))).not.toThrow();
  });

  it('names only existing hosts, volumes and services', () => {
    const text = JSON.stringify(services);
    for (const [, host = ''] of text.matchAll(/(?:http|tcp|redis|mysql):\/\/(?:\w+@)?([a-z]+):\d/g)) {
      expect(Object.keys(services)).toContain(host);
    }
    for (const volume of Object.values(services).flatMap((service) => service.volumes ?? [])) {
      expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    }
  });

  it('publishes each app at its own port', () => {
    const published = ours.map(
      ([name, { ports = [] }]) => [name, ports.filter((port) => port.endsWith(':3000'))] as const,
    );
    for (const [name, ports] of published) expect([name, ports.length]).toEqual([name, 1]);
    expect(new Set(published.flatMap(([, ports]) => ports)).size).toBe(ours.length);
  });

  it('has no unnamed volumes', () => {
    // A named volume or memory replaces each volume that an image declares.
    expect(services['mysql']?.volumes).toEqual(['mysql:/var/lib/mysql']);
    expect(services['valkey']?.tmpfs).toEqual(['/data']);
  });

  it('gives users the signing keys, and no other data of the emulator', () => {
    expect(services['users']?.volumes).toEqual(['keys:/keys:ro']);
    expect(services['emulator']?.environment).toMatchObject({ KEYS_DIR: '/keys', DATA_DIR: '/data' });
    for (const [name, { volumes = [] }] of Object.entries(services))
      if (name !== 'emulator') expect(volumes.join()).not.toContain('emulated');
  });

  it('publishes ports only on this machine', () => {
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
