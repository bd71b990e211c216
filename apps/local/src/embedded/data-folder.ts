import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { holdFile } from '@app/database';
import { StartFailure } from '@app/kernel';

const LOCK = 'platform.lock';
const PLACES = 'platform.json';
/** The platform's files; an earlier release made them readable for everybody. */
const OURS = /^(.+\.db(-wal|-shm)?|mailbox\.ndjson|secrets\.json|jwt-keys\.json|platform\.(json|lock))$/;
/** A folder with one of these was made by the platform. */
const SIGNS = ['secrets.json', LOCK];
/** Databases that contain user ids. The users' database is always created first. */
const NAMING_USERS = ['products.db', 'orders.db', 'notifier.db'];

/** The data folder of the embedded parts, readable only by its owner and used by one platform at a time. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly release: () => void,
  ) {}

  /**
   * Locks the folder for this process, until `close` or any end of the process.
   *
   * @throws StartFailure if another platform uses it.
   */
  static open(path: string): DataFolder {
    const isNew = !existsSync(path);
    // Not everything that writes here can be told a mode.
    process.umask(0o077);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // Others may have the right to read a folder with foreign files.
    if (isNew || readdirSync(path).length === 0 || SIGNS.some((name) => existsSync(join(path, name)))) {
      chmodSync(path, 0o700);
    }
    const release = hold(path);
    if (!release) throw new StartFailure(inUse(path));
    for (const name of readdirSync(path)) if (OURS.test(name)) chmodSync(join(path, name), 0o600);
    const folder = new DataFolder(path, release);
    // From a killed platform.
    folder.forgetPlaces();
    return folder;
  }

  /**
   * Prevents that new users get the ids of former ones, whose orders still exist.
   *
   * @throws StartFailure if the users' database is missing but another one exists.
   */
  expectUsers(): void {
    const users = join(this.path, 'users.db');
    const other = NAMING_USERS.find((name) => isFilled(join(this.path, name)));
    if (other === undefined || isFilled(users) || isFilled(`${users}-wal`)) return;
    throw new StartFailure(
      `The database file ${users} is missing, and ${other} beside it belongs to its users, whose data new ones ` +
        `would get to see: bring back a copy of it, or move the whole folder ${this.path} away to begin anew.`,
    );
  }

  /** Stores addresses that `npm run ops` cannot find by itself. */
  writePlaces(places: Record<string, unknown>): void {
    replaceFile(join(this.path, PLACES), JSON.stringify(places));
  }

  forgetPlaces(): void {
    rmSync(join(this.path, PLACES), { force: true });
  }

  /** Unlocks the folder. */
  close(): void {
    this.forgetPlaces();
    this.release();
  }
}

function isFilled(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function hold(path: string): (() => void) | undefined {
  try {
    return holdFile(join(path, LOCK));
  } catch (cause) {
    throw new StartFailure(
      `The data folder ${path} cannot be used: make it and ${LOCK} in it readable and writable, or set DATA_DIR to another one.`,
      { cause },
    );
  }
}

function inUse(path: string): string {
  const places = join(path, PLACES);
  const { url } = existsSync(places) ? (JSON.parse(readFileSync(places, 'utf8')) as { url?: string }) : {};
  return (
    `Another platform${url === undefined ? '' : `, at ${url},`} uses the data folder ${path}: ` +
    'stop it, or set DATA_DIR to another folder (and PORT to another port).'
  );
}

/** Writes a file for its owner only, atomically: readers, also after a crash, see the old or the new content. */
export function replaceFile(file: string, content: string | Buffer): void {
  const next = `${file}.next`;
  writeFileSync(next, content, { mode: 0o600, flush: true });
  renameSync(next, file);
}

/** Makes a folder and its files private to its owner. */
export function makeFolderPrivate(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) {
    const file = join(path, name);
    if (lstatSync(file).isFile()) chmodSync(file, 0o600);
  }
}
