import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { textSource } from '@app/config';
import { awsClientConfig } from '@app/messaging';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Injectable } from '@nestjs/common';
import type { Rotation } from '../../../users/src/operations-app.module.js';
import { Place } from '../context/place.js';
import { OpsConfig } from '../ops.config.js';

/** Where the private key set is, for reading and for writing. */
@Injectable()
export class KeySetStore {
  constructor(
    private readonly config: OpsConfig,
    private readonly place: Place,
  ) {}

  async read(): Promise<string> {
    return textSource(await this.place.signingKeys(), this.config).read();
  }

  /** Verifiers have the new key before the signer does. */
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

/** A running service may read at any moment: it sees the old set or the new one, never a half. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}
