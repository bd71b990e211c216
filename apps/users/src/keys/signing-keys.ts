import { KeySource } from '@app/auth';
import { Clock } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { ALGORITHM, type KeyPair, parseKeySet, parsePublicSet, publicSet, signerOf } from './key-set.js';

interface KnownKeys {
  text: string;
  /** None where only the public set is known. */
  keys: KeyPair[];
  published: JSONWebKeySet;
}

/**
 * The keys that sign access tokens. All are published, the newest one whose time has come signs. They are read again
 * every so often, so that a rotation needs no restart; see key-rotation.ts for the times. A process that issues no tokens
 * may be given the public keys alone: then it publishes them and cannot sign.
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
    return new SigningKeys(source, clock, know(await source.read()), readAt);
  }

  /** @throws ConfigurationError where there are only public keys. */
  assertSigns(): void {
    signerOf(this.known.keys, this.seconds());
  }

  override async keys(): Promise<JSONWebKeySet> {
    return (await this.present()).published;
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { keys } = await this.present();
    const { kid, privateKey } = signerOf(keys, this.seconds());
    return new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid }).sign(privateKey);
  }

  private seconds(): number {
    return this.clock.now().getTime() / 1_000;
  }

  private async present(): Promise<KnownKeys> {
    if (performance.now() - this.readAt >= this.source.maxAgeMs) {
      await (this.reading ??= this.read().finally(() => (this.reading = undefined)));
    }
    return this.known;
  }

  /** The same text keeps the same objects, on which verifiers keep what they have imported. */
  private async read(): Promise<void> {
    const readAt = performance.now();
    try {
      const text = await this.source.read();
      if (text !== this.known.text) this.known = know(text);
    } catch (error) {
      this.logger.warn(`The signing keys could not be read again, so the known ones stay: ${String(error)}`);
    }
    this.readAt = readAt;
  }
}

/** Where the key set is, and how old what was read of it may become. */
export interface KeySetSource {
  read(): Promise<string>;
  maxAgeMs: number;
}

function know(text: string): KnownKeys {
  const published = parsePublicSet(text);
  if (published) return { text, keys: [], published };
  const keys = parseKeySet(text);
  return { text, keys, published: publicSet(keys) };
}
