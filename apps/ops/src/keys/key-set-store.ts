import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { textSource } from '@app/config';
import { awsClientConfig } from '@app/messaging';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Injectable } from '@nestjs/common';
import type { Rotation } from '../../../users/src/operations-app.module.js';
import { Place } from '../context/place.js';
import { OpsConfig } from '../ops.config.js';

/** Reads and writes the private key set. */
@Injectable()
export class KeySetStore {
  constructor(
    private readonly config: OpsConfig,
    private readonly place: Place,
  ) {}

  async read(): Promise<string> {
    return textSource(await this.place.signingKeys(), this.config).read();
  }

  /** Writes the public keys first, so that verifiers have the new key before the signer. */
  async write({ text, published }: Pick<Rotation, 'text' | 'published'>): Promise<void> {
    const publicKeys = await this.place.publicKeys();
    if (publicKeys !== undefined) await this.put(publicKeys, published);
    await this.put(await this.place.signingKeys(), text);
  }

  private async put(setting: string, text: string): Promise<void> {
    const [kind, place] = [setting.slice(0, setting.indexOf(':')), setting.slice(setting.indexOf(':') + 1)];
    if (kind === 'file') await replaceFile(place, text);
    else await this.putSecret(place, text);
  }

  private async putSecret(id: string, text: string): Promise<void> {
    const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = this.config;
    const client = new SecretsManagerClient(awsClientConfig({ region, endpoint }, { deadlineMs: 10_000, attempts: 3 }));
    try {
      await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: text }));
    } finally {
      client.destroy();
    }
  }
}

/** Replaces the file atomically: a running service reads the old set or the new one, never a part. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}
