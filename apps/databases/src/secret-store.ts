import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

/** Secrets Manager as rotation sees it: the current version of a secret, and the pending one a token names. */
export class SecretStore {
  private readonly client: SecretsManagerClient;

  constructor({ region, endpoint }: { region: string; endpoint?: string | undefined }) {
    this.client = new SecretsManagerClient({
      region,
      ...(endpoint && { endpoint, credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' } }),
    });
  }

  async current(id: string): Promise<string> {
    return (await this.client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '';
  }

  /** Undefined while the version has no value yet. */
  async pending(id: string, token: string): Promise<string | undefined> {
    try {
      const request = { SecretId: id, VersionId: token, VersionStage: 'AWSPENDING' };
      return (await this.client.send(new GetSecretValueCommand(request))).SecretString;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async putPending(id: string, token: string, text: string): Promise<void> {
    const request = { SecretId: id, ClientRequestToken: token, SecretString: text, VersionStages: ['AWSPENDING'] };
    await this.client.send(new PutSecretValueCommand(request));
  }

  async replace(id: string, text: string): Promise<void> {
    await this.client.send(new PutSecretValueCommand({ SecretId: id, SecretString: text }));
  }

  /** Makes the token's version the current one; repeated, it does nothing. */
  async promote(id: string, token: string): Promise<void> {
    const { VersionIdsToStages: stages = {} } = await this.client.send(new DescribeSecretCommand({ SecretId: id }));
    const current = Object.keys(stages).find((version) => stages[version]?.includes('AWSCURRENT'));
    if (current === token) return;
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: id,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: token,
        RemoveFromVersionId: current,
      }),
    );
  }
}

/** 256 bits, in characters that need no escaping anywhere. */
export const newPassword = (): string => randomBytes(32).toString('base64url');
