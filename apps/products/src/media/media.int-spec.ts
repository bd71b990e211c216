import { createHash, randomUUID } from 'node:crypto';
import { DomainError, SystemClock } from '@app/kernel';
import sharp from 'sharp';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { picture } from '../../../../test/support/pictures.js';
import { at, ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';
import type { Answer } from '../../../../test/support/test-callers.js';
import { ImagePublisher } from './image-publisher.js';
import { ImageWorker } from './image-worker.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesSweeper } from './images.sweeper.js';
import { MediaFilesSweeper } from './media-files.sweeper.js';

interface AwaitedImage {
  image_id: number;
  status: string;
  upload: { method: string; url: string; headers: Record<string, string> };
}

interface Image {
  image_id: number;
  status: string;
  code: string | null;
  sources: { type: string; width: number; url: string }[];
}

interface Problem {
  code: string;
  errors?: { pointer: string }[];
}

interface Shown {
  version: number;
  images: (Image & { alt: string; width: number; height: number })[];
}

const BUCKET = 'test-media';
const BASE = 'https://pictures.example.com';
const HOUR = 3_600_000;

describeOnEachDatabase('images of products', (databaseUrl) => {
  let service: ProductsService;
  let bytes: Buffer;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl(), { MEDIA_BUCKET: BUCKET, MEDIA_BASE_URL: BASE });
    bytes = await picture(400, 300).jpeg().toBuffer();
  }, 60_000);
  afterAll(() => service?.stop());
  afterEach(() => jest.restoreAllMocks());

  const declare = (
    product: SomeProduct,
    fields: object = {},
    headers = {},
  ): Promise<Answer<AwaitedImage & Problem>> => {
    const body = { content_type: 'image/jpeg', bytes: bytes.length, alt: 'From above', ...fields };
    return service.staff('POST', `${at(product)}/images`, body, headers);
  };
  const put = (image: AwaitedImage, body: Buffer) => {
    const { method, url, headers } = image.upload;
    return fetch(url, { method, headers, body: new Uint8Array(body) });
  };
  const complete = (image_id: number) => service.staff<Image & Problem>('POST', `/images/${image_id}/complete`);
  const read = async (image_id: number) => (await service.staff<Image>('GET', `/images/${image_id}`)).body;
  const ended = (image_id: number) =>
    eventually(async () => {
      const image = await read(image_id);
      expect(['ready', 'rejected']).toContain(image.status);
      return image;
    }, 60_000);
  const shown = async (product: SomeProduct) => (await service.read<Shown>(at(product))).body;
  const key = (url: string) => url.slice(`${BASE}/`.length);
  const stored = (name: string) => fetch(`${service.aws.endpoint}/${BUCKET}/${name}`);
  const uploadKey = (image: AwaitedImage) => new URL(image.upload.url).pathname.slice(`/${BUCKET}/`.length);
  const sweep = async () => {
    const sweeper = service.app.get(ImagesSweeper);
    await sweeper.rest();
    while ((await sweeper.sweep()) > 0);
  };
  /** Lets the service's time pass for the work of sweepers. */
  const later = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    const clock = jest.spyOn(SystemClock.prototype, 'now').mockImplementation(() => new Date(Date.now() + ms));
    try {
      return await work();
    } finally {
      clock.mockRestore();
    }
  };
  const ready = async (product: SomeProduct, picture = bytes, fields: object = {}): Promise<Image> => {
    const { body } = await declare(product, { bytes: picture.length, ...fields });
    await put(body, picture);
    await complete(body.image_id);
    const image = await ended(body.image_id);
    expect(image).toMatchObject({ status: 'ready', code: null });
    return image;
  };

  it('shows a picture once its bytes were sent, completed and rendered', async () => {
    const product = await service.product();
    expect((await shown(product)).images).toEqual([]);
    const created = await declare(product);
    expect([created.status, created.headers['location']]).toEqual([201, `/images/${created.body.image_id}`]);
    expect(created.body).toEqual({
      image_id: expect.any(Number),
      status: 'awaiting_upload',
      upload: { method: 'PUT', url: expect.any(String), headers: { 'content-type': 'image/jpeg' } },
    });
    const asked = new URL(created.body.upload.url).searchParams;
    expect(asked.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(asked.get('X-Amz-Expires')).toBe('900');
    expect((await put(created.body, bytes)).status).toBe(200);
    expect(await read(created.body.image_id)).toMatchObject({ status: 'awaiting_upload', sources: [] });
    const completed = await complete(created.body.image_id);
    expect([completed.status, completed.body.image_id]).toEqual([202, created.body.image_id]);
    const image = await ended(created.body.image_id);
    expect(image.status).toBe('ready');
    const after = await shown(product);
    expect(after).toMatchObject({ version: 2 });
    expect(after.images).toEqual([
      { image_id: image.image_id, alt: 'From above', width: 400, height: 300, sources: image.sources },
    ]);
    expect(image.sources.map(({ type, width }) => [type, width])).toEqual([
      ['image/webp', 320],
      ['image/webp', 400],
      ['image/jpeg', 320],
      ['image/jpeg', 400],
    ]);
    for (const { type, url } of image.sources) {
      const file = await stored(key(url));
      expect(file.headers.get('content-type')).toBe(type);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      const content = Buffer.from(await file.arrayBuffer());
      expect(url).toContain(createHash('sha256').update(content).digest('hex'));
      expect(`image/${(await sharp(content).metadata()).format}`).toBe(type);
    }
    const list = await service.read<{ products: Shown[] }>(`/products?sku=${product.sku}`);
    expect(list.body.products[0]?.images).toEqual(after.images);
  });

  it('rejects what is not what was declared, and shows nothing of it', async () => {
    const product = await service.product();
    const { body } = await declare(product, { content_type: 'image/png' });
    await put(body, bytes);
    await complete(body.image_id);
    expect(await ended(body.image_id)).toMatchObject({ status: 'rejected', code: 'type-differs', sources: [] });
    const short = (await declare(product, { bytes: bytes.length + 1 })).body;
    await put(short, bytes);
    await complete(short.image_id);
    expect(await ended(short.image_id)).toMatchObject({ status: 'rejected', code: 'size-differs' });
    expect(await shown(product)).toMatchObject({ version: 1, images: [] });
  });

  it('does not complete what was not sent, and completes once', async () => {
    const product = await service.product();
    const { body } = await declare(product);
    const early = await complete(body.image_id);
    expect([early.status, early.body.code]).toEqual([409, 'upload-missing']);
    await put(body, bytes);
    const answers = await Promise.all([complete(body.image_id), complete(body.image_id)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    await ended(body.image_id);
    expect((await complete(body.image_id)).body).toEqual({ image_id: body.image_id, status: 'ready' });
    expect((await shown(product)).version).toBe(2);
    expect((await complete(2_000_000_000)).status).toBe(404);
  });

  it('never shows bytes that were sent after the completion', async () => {
    const product = await service.product();
    const { body } = await declare(product);
    await put(body, bytes);
    const worker = service.app.get<ImageWorker>(ImageWorker);
    const render = worker.render.bind(worker);
    jest.spyOn(worker, 'render').mockImplementationOnce(async (...args) => {
      await put(body, await picture(500, 100).jpeg().toBuffer());
      return render(...args);
    });
    await complete(body.image_id);
    expect(await ended(body.image_id)).toMatchObject({ status: 'rejected', code: 'damaged' });
    const image = await ready(product);
    expect((await shown(product)).images.map(({ image_id, width }) => [image_id, width])).toEqual([
      [image.image_id, 400],
    ]);
  });

  it('answers a repeated request with the first image', async () => {
    const product = await service.product();
    const headers = { 'idempotency-key': randomUUID() };
    const [first, second] = [await declare(product, {}, headers), await declare(product, {}, headers)];
    expect([second.status, second.body]).toEqual([201, first.body]);
  });

  it.each([
    [{ content_type: 'image/svg+xml' }, '/content_type'],
    [{ bytes: 0 }, '/bytes'],
    [{ bytes: 10_000_001 }, '/bytes'],
    [{ alt: 'x'.repeat(501) }, '/alt'],
    [{ url: 'https://example.com' }, '/url'],
  ])('returns 422 for %p', async (fields, pointer) => {
    const answer = await declare(await service.product(), fields);
    expect([answer.status, answer.body.errors?.map((error) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it('is for staff', async () => {
    const product = await service.product();
    const { body } = await declare(product);
    const paths = [
      ['POST', `${at(product)}/images`],
      ['PUT', `${at(product)}/images/order`],
      ['POST', `/images/${body.image_id}/complete`],
      ['GET', `/images/${body.image_id}`],
      ['DELETE', `/images/${body.image_id}`],
    ] as const;
    for (const [method, path] of paths) {
      expect((await service.call(undefined, method, path)).status).toBe(401);
      expect((await service.call('customer', method, path)).status).toBe(403);
    }
    expect((await declare({ ...product, product_id: 2_000_000_000 })).status).toBe(404);
  });

  it('keeps at most twenty images of a product, also when they come at once', async () => {
    const product = await service.product();
    const answers = await Promise.all(Array.from({ length: 24 }, () => declare(product)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(4).fill([409, 'too-many-images']));
    const [one] = answers.filter(({ status }) => status === 201);
    expect((await service.staff('DELETE', `/images/${one?.body.image_id}`)).status).toBe(204);
    expect((await declare(product)).status).toBe(201);
  });

  it('shows pictures in the order that staff give', async () => {
    const product = await service.product();
    const [a, b] = [
      await ready(product),
      await ready(product, await picture(50, 50).png().toBuffer(), { content_type: 'image/png' }),
    ];
    const waiting = (await declare(product)).body;
    const order = (image_ids: number[]) =>
      service.staff<{ images: Image[] } & Problem>('PUT', `${at(product)}/images/order`, { image_ids });
    for (const wrong of [
      [],
      [a.image_id],
      [a.image_id, b.image_id],
      [a.image_id, b.image_id, b.image_id],
      [a.image_id, b.image_id, 1_999_999_999],
    ]) {
      const refused = await order(wrong);
      expect([refused.status, refused.body.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['/image_ids']]);
    }
    const { version } = await shown(product);
    const answer = await order([waiting.image_id, b.image_id, a.image_id]);
    expect(answer.body.images.map(({ image_id, status }) => [image_id, status])).toEqual([
      [waiting.image_id, 'awaiting_upload'],
      [b.image_id, 'ready'],
      [a.image_id, 'ready'],
    ]);
    const after = await shown(product);
    expect([after.version, after.images.map(({ image_id }) => image_id)]).toEqual([
      version + 1,
      [b.image_id, a.image_id],
    ]);
    expect((await service.staff('PUT', '/products/2000000000/images/order', { image_ids: [] })).status).toBe(404);
  });

  it('deletes a picture, and its files a day after the last picture that is the same', async () => {
    const unique = await picture(63, 63).png().toBuffer();
    const [one, other] = [await service.product(), await service.product()];
    const images = [
      await ready(one, unique, { content_type: 'image/png' }),
      await ready(other, unique, { content_type: 'image/png' }),
    ];
    const [file] = (await shown(one)).images[0]?.sources.map(({ url }) => key(url)) ?? [];
    const files = service.app.get(MediaFilesSweeper);
    const wait = async (days: number) => {
      await later(days * 24 * HOUR, () => files.sweep());
      await later(days * 24 * HOUR + 2 * HOUR, () => files.sweep());
      return (await stored(String(file))).status;
    };
    expect((await service.staff('DELETE', `/images/${images[0]?.image_id}`)).status).toBe(204);
    expect(await shown(one)).toMatchObject({ version: 3, images: [] });
    expect((await service.staff('GET', `/images/${images[0]?.image_id}`)).status).toBe(404);
    expect((await service.staff('DELETE', `/images/${images[0]?.image_id}`)).status).toBe(404);
    expect(await wait(2)).toBe(200);
    expect((await service.staff('DELETE', `/images/${images[1]?.image_id}`)).status).toBe(204);
    expect(await wait(0)).toBe(200);
    expect(await wait(2)).toBe(404);
    expect((await ready(one, unique, { content_type: 'image/png' })).status).toBe('ready');
    expect((await stored(String(file))).status).toBe(200);
  });

  it('removes what nobody completes, and what was sent for it', async () => {
    const product = await service.product();
    const { body } = await declare(product);
    await put(body, bytes);
    expect((await stored(uploadKey(body))).status).toBe(200);
    await later(23 * HOUR, sweep);
    expect((await read(body.image_id)).status).toBe('awaiting_upload');
    await later(25 * HOUR, sweep);
    expect((await service.staff('GET', `/images/${body.image_id}`)).status).toBe(404);
    await later(26 * HOUR, sweep);
    expect((await stored(uploadKey(body))).status).toBe(404);
    expect(
      await service.database.query('SELECT image_id FROM product_images WHERE image_id = ?', [body.image_id]),
    ).toEqual([]);
  });

  it('takes over from a worker that died, after its lease', async () => {
    const product = await service.product();
    const { body } = await declare(product);
    await put(body, bytes);
    const images = service.app.get(ImagesRepository);
    const sweeper = jest.spyOn(service.app.get(ImagesSweeper), 'wake').mockReturnValue();
    await complete(body.image_id);
    expect(sweeper).toHaveBeenCalled();
    const image = await images.getById(body.image_id);
    expect(await images.claim(image, new Date(Date.now() + 60_000))).toBe(true);
    expect(await images.claim(image, new Date(Date.now() + 60_000))).toBe(false);
    await sweep();
    expect((await read(body.image_id)).status).toBe('processing');
    await later(HOUR, sweep);
    expect((await read(body.image_id)).status).toBe('ready');
  });

  it('keeps trying where the fault is ours, and says so to operators', async () => {
    const product = await service.product();
    const { body } = await declare(product);
    await put(body, bytes);
    const worker = service.app.get<ImageWorker>(ImageWorker);
    const away = jest.spyOn(worker, 'render').mockRejectedValue(new DomainError('service-unavailable', 'No memory.'));
    await complete(body.image_id);
    for (let attempt = 0; attempt < 8; attempt++) await later(3 * HOUR * attempt, sweep);
    expect((await read(body.image_id)).status).toBe('processing');
    const [failed] = await service.app.get(ImagesRepository).list({ failed: true, product_id: product.product_id }, 10);
    expect(failed).toMatchObject({ status: 'processing', failure: expect.stringContaining('No memory.') });
    expect(failed?.attempts).toBeGreaterThanOrEqual(8);
    away.mockRestore();
    await later(48 * HOUR, sweep);
    expect((await read(body.image_id)).status).toBe('ready');
  });

  it('shows all pictures that become ready at once', async () => {
    const product = await service.product();
    const ids = [];
    for (let index = 0; index < 5; index++) ids.push((await declare(product)).body.image_id);
    await service.database.execute(`UPDATE product_images SET status = 'processing' WHERE product_id = ?`, [
      product.product_id,
    ]);
    const images = service.app.get(ImagesRepository);
    const publisher = service.app.get(ImagePublisher);
    const rendered = {
      width: 9,
      height: 9,
      sources: [{ type: 'image/webp' as const, width: 9, key: `media/${randomUUID()}.webp` }],
    };
    const waiting = await Promise.all(ids.map((id) => images.getById(id)));
    await Promise.all([...waiting, ...waiting].map((image) => publisher.publish(image, rendered)));
    const after = await shown(product);
    expect([after.version, after.images.map(({ image_id }) => image_id)]).toEqual([6, ids]);
    await Promise.all(ids.map((id) => service.staff('DELETE', `/images/${id}`)));
    expect(await shown(product)).toMatchObject({ version: 11, images: [] });
    const [file] = await service.database.query('SELECT uses FROM media_files WHERE file_key = ?', [
      rendered.sources[0]?.key,
    ]);
    expect(file).toEqual({ uses: 0 });
  });

  it('removes the files of a picture that was deleted while it was rendered', async () => {
    const product = await service.product();
    const image = await service.app.get(ImagesRepository).getById((await declare(product)).body.image_id);
    await service.staff('DELETE', `/images/${image.imageId}`);
    const file = `media/${randomUUID()}.webp`;
    const rendered = { width: 9, height: 9, sources: [{ type: 'image/webp' as const, width: 9, key: file }] };
    await service.app.get(ImagePublisher).publish({ ...image, status: 'processing' }, rendered);
    expect(await shown(product)).toMatchObject({ version: 1, images: [] });
    const files = service.app.get(MediaFilesSweeper);
    await later(25 * HOUR, () => files.sweep());
    await later(27 * HOUR, () => files.sweep());
    const sql = 'SELECT file_key FROM media_files WHERE file_key = ?';
    expect(await service.database.query(sql, [file])).toEqual([]);
  });

  it('is unavailable without a bucket, and nothing else is', async () => {
    const without = await ProductsService.start(databaseUrl());
    try {
      const product = await without.product();
      const answer = await without.staff<Problem>('POST', `${at(product)}/images`, {
        content_type: 'image/png',
        bytes: 9,
        alt: '',
      });
      expect([answer.status, answer.body.code]).toEqual([503, 'media-unavailable']);
      expect((await without.read<Shown>(at(product))).body.images).toEqual([]);
    } finally {
      await without.stop();
    }
  });
});
