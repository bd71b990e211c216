import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cors, EdgeAnswers } from '@app/http';

import { S3ObjectStorage } from '../../apps/products/src/media/s3-object-storage.js';
import { FauxqsProcess } from '../support/fauxqs-process.js';
import { MEDIA_BUCKET, MediaDoor } from '../../apps/local/src/media/media-door.js';

const ORIGIN = 'http://localhost:5173';
const NAME = `${'0a'.repeat(32)}.webp`;

describe('the door of images', () => {
  let fauxqs: FauxqsProcess;
  let server: Server;
  let url: string;
  let storage: S3ObjectStorage;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commerce-media-'));
    fauxqs = await FauxqsProcess.start({ dataDir: folder });
    await fetch(`${fauxqs.aws.endpoint}/${MEDIA_BUCKET}`, { method: 'PUT' });
    const corsOrigins = 'http://localhost:*';
    const answers = new EdgeAnswers(new Cors(corsOrigins), () => []);
    const door = new MediaDoor({ endpoint: fauxqs.aws.endpoint, corsOrigins, answers });
    server = createServer((request, response) => door.handle(request, response)).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    storage = new S3ObjectStorage({ ...fauxqs.aws, bucket: MEDIA_BUCKET, uploadEndpoint: url });
  });
  afterAll(async () => {
    server?.close();
    await fauxqs?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => jest.restoreAllMocks());

  const upload = () => storage.uploadRequest({ key: 'uploads/7-a', content_type: 'image/png', bytes: 5 });
  const put = async (address: string, body = 'bytes', headers: Record<string, string> = {}) =>
    (await fetch(address, { method: 'PUT', body, headers: { 'content-type': 'image/png', ...headers } })).status;

  it('takes an upload that was signed, from a page of an origin that may call', async () => {
    const { url: address, headers } = await upload();
    expect(address).toMatch(new RegExp(`^${url}/${MEDIA_BUCKET}/uploads/7-a\\?`));
    const asked = {
      origin: ORIGIN,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type',
    };
    const preflight = await fetch(address, { method: 'OPTIONS', headers: asked });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    const sent = await fetch(address, { method: 'PUT', body: 'bytes', headers: { ...headers, origin: ORIGIN } });
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
    const found = await storage.find('uploads/7-a');
    expect(await storage.read('uploads/7-a', found?.etag ?? '', 100)).toEqual(Buffer.from('bytes'));
    expect(await storage.read('uploads/7-a', found?.etag ?? '', 4)).toBe('too-large');
    expect(await storage.read('uploads/7-a', '"another"', 100)).toBeNull();
    expect(await storage.find('uploads/8-b')).toBeNull();
  });

  it('refuses what was not signed: another upload, type or size, and what is too old', async () => {
    const { url: address } = await upload();
    expect(await put(address.replace('/7-a', '/8-b'))).toBe(403);
    expect(await put(address, 'more bytes')).toBe(403);
    expect(await put(address, 'bytes', { 'content-type': 'text/html' })).toBe(403);
    expect(await put(address.replace(/Signature=./, 'Signature=x'))).toBe(403);
    expect(await put(address.split('?')[0] ?? '')).toBe(403);
    expect(await put(address)).toBe(200);
    const late = Date.now() + 16 * 60_000;
    jest.spyOn(Date, 'now').mockReturnValue(late);
    expect(await put(address)).toBe(403);
  });

  it('shows public files for ever, as nothing but pictures, and no uploads', async () => {
    await storage.put({ key: `media/${NAME}`, type: 'image/webp', bytes: Buffer.from('a picture') });
    const shown = await fetch(`${url}/media/${NAME}`);
    expect([shown.status, await shown.text()]).toEqual([200, 'a picture']);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    });
    const again = await fetch(`${url}/media/${NAME}`, {
      headers: { 'if-none-match': shown.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    expect((await fetch(`${url}/media/${NAME}`, { method: 'HEAD' })).headers.get('content-length')).toBe('9');
    for (const path of [
      `/media/${NAME.replace('0a', '0b')}`,
      `/${MEDIA_BUCKET}/uploads/7-a`,
      `/${MEDIA_BUCKET}`,
      '/media/..%2fuploads%2f7-a',
    ])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
    expect((await fetch(`${url}/media/${NAME}`, { method: 'DELETE' })).status).toBe(404);
    await storage.remove([`media/${NAME}`, 'media/never-there']);
    expect((await fetch(`${url}/media/${NAME}`)).status).toBe(404);
  });

  it('says that the store is away', async () => {
    const away = new S3ObjectStorage({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:9', bucket: MEDIA_BUCKET });
    await expect(away.find('uploads/7-a')).rejects.toMatchObject({ code: 'media-unavailable' });
    const nowhere = new S3ObjectStorage({ ...fauxqs.aws, bucket: 'no-such-bucket' });
    await expect(nowhere.read('uploads/7-a', '"x"', 9)).rejects.toMatchObject({ code: 'media-unavailable' });
  });
});
