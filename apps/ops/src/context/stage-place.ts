import { databaseAccess, type Environment, secretEnvironment } from '@app/config';
import type { DatabaseAccess } from '@app/database';
import { DomainError } from '@app/kernel';
import { type AwsOptions, awsClientConfig } from '@app/messaging';
import { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import type { MediaAccess } from '../../../products/src/media-operations-app.module.js';
import type { ProviderAccess } from '../../../payments/src/operations-app.module.js';
import type { ServiceName } from '../../../manifests.js';
import type { OpsConfig } from '../ops.config.js';
import { Place } from './place.js';

/** A stage on AWS. Reads from its functions' settings where database, cache and secrets are. */
export class StagePlace extends Place {
  private readonly settings = new Map<string, Promise<Environment>>();

  constructor(
    override readonly stage: string,
    private readonly config: OpsConfig,
  ) {
    super();
  }

  override async database(service: ServiceName): Promise<DatabaseAccess> {
    const settings = await this.settingsOf(service);
    const { AWS_REGION: region } = this.config;
    return databaseAccess({
      AWS_REGION: region,
      ...(settings['AWS_ENDPOINT_URL'] && { AWS_ENDPOINT_URL: settings['AWS_ENDPOINT_URL'] }),
      ...(settings['DATABASE_SECRET'] && { DATABASE_SECRET: settings['DATABASE_SECRET'] }),
      DATABASE_URL: this.throughTunnel(settings['DATABASE_URL'] ?? ''),
      DATABASE_POOL_SIZE: 2,
      DATABASE_MIGRATIONS: 'elsewhere',
    });
  }

  /** Same as `database`: stages are migrated only by their deployment. */
  override databaseToMigrate(service: ServiceName): Promise<DatabaseAccess> {
    return this.database(service);
  }

  override async redisUrl(): Promise<string | undefined> {
    return (await this.settingsOf('products'))['REDIS_URL'];
  }

  override aws(): Promise<AwsOptions> {
    return Promise.resolve({ region: this.config.AWS_REGION, endpoint: this.config.AWS_ENDPOINT_URL });
  }

  override async signingKeys(): Promise<string> {
    return (await this.settingsOf('users'))['JWT_KEYS'] ?? '';
  }

  override async publicKeys(): Promise<string | undefined> {
    const { JWT_KEYS: setting } = await this.settingsOf('users', 'rpc');
    // A stage of an earlier release has a single secret, which holds the private keys.
    return setting === (await this.signingKeys()) ? undefined : setting;
  }

  override async currency(): Promise<string> {
    return (await this.settingsOf('products'))['CURRENCY'] ?? this.config.CURRENCY;
  }

  override async addressHashKey(): Promise<string> {
    return (await this.settingsOf('notifier'))['FINGERPRINT_KEY'] ?? '';
  }

  /** The function of the stage that renders them. */
  override async media(): Promise<MediaAccess> {
    const { MEDIA_COMMANDS: address } = await this.settingsOf('products');
    if (address !== undefined) return { address, ...(await this.aws()) };
    const sentence = `The stage ${this.stage} is of a release without images: deploy this one.`;
    throw new DomainError('service-unavailable', sentence);
  }

  /** The function of the stage that reaches it: the key is nobody else's. */
  override async paymentProvider(): Promise<ProviderAccess> {
    const { PSP_COMMANDS: address } = await this.settingsOf('payments');
    if (address !== undefined) return { address, ...(await this.aws()) };
    const sentence = `The stage ${this.stage} is of a release whose functions reach no payment provider: deploy this one.`;
    throw new DomainError('service-unavailable', sentence);
  }

  private settingsOf(service: ServiceName, input: 'http' | 'rpc' = 'http'): Promise<Environment> {
    const name = `commerce-${this.stage}-${service}-${input}`;
    const known = this.settings.get(name);
    if (known) return known;
    const asked = this.ask(name);
    this.settings.set(name, asked);
    return asked;
  }

  private async ask(FunctionName: string): Promise<Environment> {
    const aws = await this.aws();
    const lambda = new LambdaClient(awsClientConfig(aws, { deadlineMs: 10_000, attempts: 3 }));
    try {
      const { Environment: found } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const region = { AWS_REGION: aws.region, ...(aws.endpoint && { AWS_ENDPOINT_URL: aws.endpoint }) };
      return await secretEnvironment({ ...found?.Variables, ...region });
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      const sentence = `There is no stage ${this.stage} in ${aws.region} of this account: check --stage, AWS_REGION and the credentials.`;
      throw new DomainError('not-found', sentence, { cause: error });
    } finally {
      lambda.destroy();
    }
  }

  /** A stage's database is reachable only from its network: DATABASE_ADDRESS is the local end of a tunnel. */
  private throughTunnel(url: string): string {
    if (this.config.DATABASE_ADDRESS === undefined) return url;
    const address = new URL(url);
    address.host = this.config.DATABASE_ADDRESS;
    return address.href;
  }
}
