/** The AWS region, or the endpoint of an emulator. */
export interface AwsOptions {
  region: string;
  /** Only for an AWS emulator. */
  endpoint?: string | undefined;
}

/**
 * Configuration of an AWS SDK client. Emulators accept any credentials, so fixed ones keep the SDK from searching the
 * machine for real ones. `deadlineMs` limits one attempt; the SDK retries transient failures `attempts - 1` times.
 */
export function awsClientConfig(
  options: AwsOptions,
  { deadlineMs, attempts }: { deadlineMs: number; attempts: number },
) {
  return {
    region: options.region,
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: deadlineMs, throwOnRequestTimeout: true },
    ...(options.endpoint && {
      endpoint: options.endpoint,
      credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
    }),
  };
}
