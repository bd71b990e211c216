import { KeySource } from '@app/auth';
import { Clock } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { ALGORITHM, type KeyPair, parseKeySet, parsePublicSet, publicSet, signerOf } from './key-set.js';

interface KnownKeys {
  text: string;
  /** Empty if only the public set is known. */
  keys: KeyPair[];
  published: JSONWebKeySet;
}

/**
 * The keys that sign access tokens. All are published; the newest whose `signsFrom` has passed signs. They are read
 * again once older than `maxAgeMs`, so a rotation needs no restart; key-rotation.ts has the times. A process that
 * issues no tokens may have only the public keys: it publishes them and cannot sign.
 */
export class SigningKeys extends KeySource {
  private readonly logger = new Logger('SigningKeys');
  private reading: Promise<void> | undefined;

  private constructor(
    private readonly source: KeySetSource,
    private readonly clock: Clock,
    private known: KnownKeys,
    private readAt: number,
  ) {
    super();
  }

  /** @throws ConfigurationError, which never shows a key. */
  static async open(source: KeySetSource, clock: Clock): Promise<SigningKeys> {
    const readAt = performance.now();
    return new SigningKeys(source, clock, toKnownKeys(await source.read()), readAt);
  }

  /** @throws ConfigurationError if there are only public keys. */
  assertSigns(): void {
    signerOf(this.known.keys, this.seconds());
  }

  override async keys(): Promise<JSONWebKeySet> {
    return (await this.current()).published;
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { keys } = await this.current();
    const { kid, privateKey } = signerOf(keys, this.seconds());
    return new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid }).sign(privateKey);
  }

  private seconds(): number {
    return this.clock.now().getTime() / 1_000;
  }

  private async current(): Promise<KnownKeys> {
    if (performance.now() - this.readAt >= this.source.maxAgeMs) {
      await (this.reading ??= this.read().finally(() => (this.reading = undefined)));
    }
    return this.known;
  }

  /** Unchanged text keeps the same objects: verifiers cache the keys they imported by object. */
  private async read(): Promise<void> {
    const readAt = performance.now();
    try {
      const text = await this.source.read();
      if (text !== this.known.text) this.known = toKnownKeys(text);
    } catch (error) {
      this.logger.warn(`The signing keys could not be read again, so the known ones stay: ${String(error)}`);
    }
    this.readAt = readAt;
  }
}

/** Where the key set is read from, and after how many milliseconds it is read again. */
export interface KeySetSource {
  read(): Promise<string>;
  maxAgeMs: number;
}

function toKnownKeys(text: string): KnownKeys {
  const published = parsePublicSet(text);
  if (published) return { text, keys: [], published };
  const keys = parseKeySet(text);
  return { text, keys, published: publicSet(keys) };
}
