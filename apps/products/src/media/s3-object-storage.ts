import { awsClientConfig, type AwsOptions } from '@app/messaging';
import type { S3Client } from '@aws-sdk/client-s3';
import { Logger } from '@nestjs/common';
import { UPLOAD_SECONDS } from './image-status.js';
import { mediaUnavailable } from './media.errors.js';
import { type NewUpload, ObjectStorage, type StoredFile, type UploadRequest } from './object-storage.js';

export interface S3Options extends AwsOptions {
  bucket: string;
  /** Where clients reach an emulated bucket, if not at `endpoint`. */
  uploadEndpoint?: string | undefined;
}

/** One attempt of a call, of at most 10 MB. */
const LIMITS = { deadlineMs: 8_000, attempts: 2 };
/** What is stored under the hash of its content never changes. */
const FOR_EVER = 'public, max-age=31536000, immutable';

type Sdk = typeof import('./s3-sdk.js');

/** A bucket of S3. The SDK is loaded by the first call: most requests of the service need none. */
export class S3ObjectStorage extends ObjectStorage {
  private readonly logger = new Logger(S3ObjectStorage.name);
  private loaded: Promise<{ sdk: Sdk; s3: S3Client }> | undefined;
  private signer: Promise<(upload: NewUpload) => Promise<string>> | undefined;

  constructor(private readonly options: S3Options) {
    super();
  }

  override async uploadRequest(upload: NewUpload): Promise<UploadRequest> {
    const sign = await (this.signer ??= this.makeSigner());
    return { method: 'PUT', url: await sign(upload), headers: { 'content-type': upload.content_type } };
  }

  override async find(key: string): Promise<{ etag: string } | null> {
    return this.call(async ({ sdk, s3 }) => {
      const { ETag: etag } = await s3.send(new sdk.HeadObjectCommand({ Bucket: this.options.bucket, Key: key }));
      return etag === undefined ? null : { etag };
    });
  }

  override async read(key: string, etag: string, limit: number): Promise<Buffer | 'too-large' | null> {
    return this.call(async ({ sdk, s3 }) => {
      const version = { Bucket: this.options.bucket, Key: key, IfMatch: etag };
      const { Body: body, ContentLength: bytes = 0 } = await s3.send(new sdk.GetObjectCommand(version));
      if (!body) return null;
      if (bytes <= limit) return Buffer.from(await body.transformToByteArray());
      if ('destroy' in body) body.destroy();
      return 'too-large';
    });
  }

  override async put({ key, type, bytes }: StoredFile): Promise<void> {
    await this.call(({ sdk, s3 }) =>
      s3.send(
        new sdk.PutObjectCommand({
          Bucket: this.options.bucket,
          Key: key,
          Body: bytes,
          ContentType: type,
          CacheControl: FOR_EVER,
        }),
      ),
    );
  }

  override async remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const Objects = keys.map((Key) => ({ Key }));
    const removed = await this.call(({ sdk, s3 }) =>
      s3.send(new sdk.DeleteObjectsCommand({ Bucket: this.options.bucket, Delete: { Objects, Quiet: true } })),
    );
    const [failed] = removed?.Errors ?? [];
    if (failed) throw mediaUnavailable(new Error(`${failed.Key} was not removed: ${failed.Code}`));
  }

  /** Null where the object, or that version of it, is not there. */
  private async call<T>(send: (loaded: { sdk: Sdk; s3: S3Client }) => Promise<T>): Promise<T | null> {
    try {
      return await send(await (this.loaded ??= this.load()));
    } catch (error) {
      if (isAbsent(error)) return null;
      // Who asks by a command gets no cause.
      this.logger.warn(`The bucket ${this.options.bucket} does not answer: ${String(error)}`);
      throw mediaUnavailable(error);
    }
  }

  private async load(): Promise<{ sdk: Sdk; s3: S3Client }> {
    const sdk = await import('./s3-sdk.js');
    return { sdk, s3: clientOf(sdk, this.options) };
  }

  /** The size and the type are signed too: S3 refuses others. */
  private async makeSigner(): Promise<(upload: NewUpload) => Promise<string>> {
    const sdk = await import('./s3-sdk.js');
    const { bucket: Bucket, endpoint, uploadEndpoint = endpoint } = this.options;
    const s3 = clientOf(sdk, { ...this.options, endpoint: uploadEndpoint });
    return ({ key: Key, content_type: ContentType, bytes: ContentLength }) =>
      sdk.getSignedUrl(s3, new sdk.PutObjectCommand({ Bucket, Key, ContentType, ContentLength }), {
        expiresIn: UPLOAD_SECONDS,
        signableHeaders: new Set(['host', 'content-type', 'content-length']),
      });
  }
}

function clientOf(sdk: Sdk, options: AwsOptions): S3Client {
  return new sdk.S3Client({
    ...awsClientConfig(options, LIMITS),
    // An emulator has one name for all buckets.
    forcePathStyle: options.endpoint !== undefined,
    // Otherwise the signed request would demand the checksum of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function isAbsent(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  // Also what is missing may be the bucket, for which somebody else has to care.
  return name !== 'NoSuchBucket' && [404, 412].includes($metadata?.httpStatusCode ?? 0);
}
