import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from './data-folder.js';
import { loadSecrets } from './secrets.js';

describe('the data folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'data-folder-'));
  let folders = 0;
  const newPath = () => join(root, `folder-${++folders}`);
  const modeOf = (...parts: string[]) => (statSync(join(...parts)).mode & 0o777).toString(8);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('serves one platform at a time, and names it to others', () => {
    const path = newPath();
    const folder = DataFolder.open(path);
    expect(() => DataFolder.open(path)).toThrow(
      `Another platform uses the data folder ${path}: stop it, or set DATA_DIR`,
    );
    folder.writePlaces({ url: 'http://127.0.0.1:3000' });
    expect(() => DataFolder.open(path)).toThrow('Another platform, at http://127.0.0.1:3000, uses');
    folder.close();
    DataFolder.open(path).close();
  });

  it('forgets the addresses of a killed platform', () => {
    const path = newPath();
    mkdirSync(path);
    writeFileSync(join(path, 'platform.json'), '{"url":"http://127.0.0.1:3000"}');
    const folder = DataFolder.open(path);
    expect(existsSync(join(path, 'platform.json'))).toBe(false);
    folder.close();
  });

  it('that an earlier release made readable for everybody becomes private, with its files', () => {
    const path = newPath();
    mkdirSync(path);
    chmodSync(path, 0o755);
    for (const name of ['secrets.json', 'users.db', 'users.db-wal', 'mailbox.ndjson', 'notes.txt']) {
      writeFileSync(join(path, name), '');
      chmodSync(join(path, name), 0o644);
    }
    DataFolder.open(path).close();
    const modes = ['', 'secrets.json', 'users.db', 'users.db-wal', 'mailbox.ndjson', 'notes.txt'].map((name) =>
      modeOf(path, name),
    );
    expect(modes).toEqual(['700', '600', '600', '600', '600', '644']);
  });

  it('with foreign files stays readable; only the platform’s files become private', () => {
    const path = newPath();
    mkdirSync(path);
    chmodSync(path, 0o755);
    writeFileSync(join(path, 'notes.txt'), '');
    const folder = DataFolder.open(path);
    folder.writePlaces({ url: 'http://127.0.0.1:3000' });
    expect([modeOf(path), modeOf(path, 'platform.json')]).toEqual(['755', '600']);
    folder.close();
  });

  it.each(['products.db', 'orders.db', 'notifier.db'])('never shows data of former users to new ones: %s', (name) => {
    const path = newPath();
    const folder = DataFolder.open(path);
    const [users, other] = [join(path, 'users.db'), join(path, name)];
    expect(() => folder.expectUsers()).not.toThrow();
    writeFileSync(other, 'data');
    const missing = `The database file ${users} is missing, and ${name} beside it`;
    expect(() => folder.expectUsers()).toThrow(missing);
    expect(() => folder.expectUsers()).toThrow(`or move the whole folder ${path} away`);
    writeFileSync(users, '');
    expect(() => folder.expectUsers()).toThrow(missing);
    writeFileSync(users, 'data');
    expect(() => folder.expectUsers()).not.toThrow();
    folder.close();
  });

  it('keeps its secrets over starts, and replaces their files atomically', async () => {
    const path = newPath();
    const first = await loadSecrets(path);
    const file = join(path, 'secrets.json');
    const { ino } = statSync(file);
    expect(await loadSecrets(path)).toEqual(first);
    expect(statSync(file).ino).toBe(ino);
    const keys = readFileSync(join(path, 'jwt-keys.json'), 'utf8');
    // The format of the first releases.
    writeFileSync(file, JSON.stringify({ jwtKeys: keys, fingerprintKey: first.fingerprintKey }));
    rmSync(join(path, 'jwt-keys.json'));
    expect(await loadSecrets(path)).toEqual(first);
    expect(readFileSync(join(path, 'jwt-keys.json'), 'utf8')).toBe(keys);
    expect(statSync(file).ino).not.toBe(ino);
    expect([file, join(path, 'jwt-keys.json')].map((each) => modeOf(each))).toEqual(['600', '600']);
  });

  it.each(['secrets.json', 'jwt-keys.json'])('names the remedy for a damaged %s', async (name) => {
    const path = newPath();
    await loadSecrets(path);
    for (const content of ['', '{"fingerprintKey":', '[]', 'null']) {
      writeFileSync(join(path, name), content);
      await expect(loadSecrets(path)).rejects.toThrow(`${join(path, name)} is damaged: bring back a copy`);
    }
  });
});
