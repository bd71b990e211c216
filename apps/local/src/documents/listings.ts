import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Manifest } from '@app/service';
import { MANIFESTS, SERVICES } from '../../../manifests.js';
import { composeAddresses, composeConditions, composeServices } from './compose.js';

const services: readonly Manifest[] = SERVICES.map((name) => MANIFESTS[name]);
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * The required content, by path, of the files that list apps, libs or services for tools that cannot read manifests.
 * `npm run api:write` writes them, and a contract test compares them with the manifests.
 */
export function listings(): Record<string, string> {
  return {
    'nest-cli.json': nestCli(),
    'package.json': packageJson(),
    'docker/compose.yml': compose(),
    '.env.example': envExample(),
  };
}

function nestCli(): string {
  const projects = ['apps', 'libs'].flatMap((folder) =>
    foldersOf(folder).map((name) => {
      const root = `${folder}/${name}`;
      const entryFile = ['index', 'main', 'lambda'].find((file) => existsSync(`${root}/src/${file}.ts`));
      const type = folder === 'apps' ? 'application' : 'library';
      return [name, { type, root, entryFile, sourceRoot: `${root}/src` }] as const;
    }),
  );
  return json({ ...(parsed('nest-cli.json') as object), projects: Object.fromEntries(projects) });
}

/** Adds a script per service, so that each can be started alone. */
function packageJson(): string {
  const { scripts, ...rest } = parsed('package.json') as { scripts: Record<string, string> };
  const others = Object.entries(scripts).filter(([name]) => !name.startsWith('start:'));
  const starts = services.map(({ name }) => [`start:${name}`, `npm run --silent start -- ${name}`] as const);
  return json({ ...rest, scripts: Object.fromEntries([...others, ...starts]) });
}

function compose(): string {
  const text = readFileSync('docker/compose.yml', 'utf8');
  const parts = { conditions: composeConditions(services), services: composeServices(services) };
  const filled = Object.entries({ ...parts, addresses: composeAddresses(services) }).reduce(
    (whole, [name, lines]) => filledIn(whole, name, lines),
    text,
  );
  return filled;
}

/** Each service's folder contains its variables with an explanation. */
function envExample(): string {
  const sections = services.map(({ name }) => `# [${name}]\n${readFileSync(`apps/${name}/.env.example`, 'utf8')}`);
  return filledIn(readFileSync('.env.example', 'utf8'), 'services', sections.join('\n'));
}

/** Replaces the text between the lines `# begin <name>` and `# end <name>`. */
function filledIn(whole: string, name: string, text: string): string {
  const place = new RegExp(`(# begin ${name}.*\\n)[^]*?( *# end ${name}\\n)`);
  if (!place.test(whole)) throw new Error(`There is no place for ${name}: put back its lines # begin and # end.`);
  return whole.replace(place, (_, begin: string, end: string) => begin + text + end);
}

const parsed = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const foldersOf = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
