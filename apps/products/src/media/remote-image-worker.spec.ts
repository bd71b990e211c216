import { commandClient, Commands, CommandServer, withMessageDefaults } from '@app/messaging';
import { createLogger } from '@app/telemetry';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { picture } from '../../../../test/support/pictures.js';
import { ImageWorker } from './image-worker.js';
import { MediaCommandsController } from './media.commands.controller.js';
import { mediaUnavailable } from './media.errors.js';
import { NearImageWorker } from './near-image-worker.js';
import { ObjectStorage, type StoredFile } from './object-storage.js';
import { RemoteImageWorker } from './remote-image-worker.js';

/** A bucket in memory. Each object has one version, named by its length. */
class MemoryStorage extends ObjectStorage {
  readonly objects = new Map<string, Buffer>();
  isAway = false;
  override readonly uploadRequest = () => Promise.reject<never>(new Error('Nobody signs here.'));

  override find(key: string) {
    const found = this.objects.get(key);
    return this.reply(found ? { etag: String(found.length) } : null);
  }

  override read(key: string, etag: string, limit: number) {
    const found = this.objects.get(key);
    if (!found || String(found.length) !== etag) return this.reply(null);
    return this.reply(found.length > limit ? ('too-large' as const) : found);
  }

  override async put({ key, bytes }: StoredFile): Promise<void> {
    await this.reply(null);
    this.objects.set(key, bytes);
  }

  override async remove(keys: readonly string[]): Promise<void> {
    await this.reply(null);
    for (const key of keys) this.objects.delete(key);
  }

  private reply<T>(value: T): Promise<T> {
    return this.isAway ? Promise.reject(mediaUnavailable()) : Promise.resolve(value);
  }
}

describe('a worker behind commands', () => {
  const storage = new MemoryStorage();
  let function_: INestMicroservice;
  let remote: RemoteImageWorker;
  let bytes: Buffer;

  beforeAll(async () => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    const server = new CommandServer({ host: '127.0.0.1', port: 0, logger });
    class MediaModule {}
    const providers = [{ provide: ImageWorker, useValue: new NearImageWorker(storage) }];
    const module = { module: MediaModule, controllers: [MediaCommandsController], providers };
    function_ = await NestFactory.createMicroservice(module, { strategy: server, logger: false });
    await withMessageDefaults(function_).listen();
    remote = new RemoteImageWorker(new Commands(commandClient(server.address, { region: 'eu-west-1' })));
    bytes = await picture().png().toBuffer();
  });
  afterAll(async () => {
    await remote?.onApplicationShutdown();
    await function_?.close();
  });
  beforeEach(() => {
    storage.objects.clear();
    storage.isAway = false;
  });

  const upload = { key: 'uploads/1-a', etag: '' };
  const declared = () => ({ content_type: 'image/png' as const, bytes: bytes.length });
  const version = () => ({ ...upload, etag: String(bytes.length) });

  it('finds an upload, renders it, and removes what it is told', async () => {
    expect(await remote.find(upload.key)).toBeNull();
    storage.objects.set(upload.key, bytes);
    expect(await remote.find(upload.key)).toEqual({ etag: String(bytes.length) });
    const rendered = await remote.render(version(), declared());
    if ('rejected' in rendered) throw new Error(rendered.rejected);
    const keys = rendered.sources.map(({ key }) => key);
    expect([...storage.objects.keys()]).toEqual([upload.key, ...keys]);
    expect(rendered).toMatchObject({
      width: 64,
      height: 48,
      sources: [{ type: 'image/webp' }, { type: 'image/jpeg' }],
    });
    expect(await remote.render(version(), declared())).toEqual(rendered);
    await remote.remove([upload.key, ...keys]);
    expect(storage.objects.size).toBe(0);
  });

  it('says why an upload is not shown, and stores nothing of it then', async () => {
    storage.objects.set(upload.key, bytes);
    expect(await remote.render(version(), { ...declared(), content_type: 'image/webp' })).toEqual({
      rejected: 'type-differs',
    });
    expect(await remote.render({ ...upload, etag: 'another' }, declared())).toEqual({ rejected: 'damaged' });
    storage.objects.set(upload.key, Buffer.alloc(10_000_001));
    expect(await remote.render({ ...upload, etag: '10000001' }, declared())).toEqual({ rejected: 'too-large' });
    expect([...storage.objects.keys()]).toEqual([upload.key]);
  });

  it('tells the faults of others from those of the upload', async () => {
    storage.isAway = true;
    const away = { code: 'media-unavailable', kind: 'unavailable' };
    await expect(remote.find(upload.key)).rejects.toMatchObject(away);
    await expect(remote.render(version(), declared())).rejects.toMatchObject(away);
    await expect(remote.remove([upload.key])).rejects.toMatchObject(away);
  });
});
