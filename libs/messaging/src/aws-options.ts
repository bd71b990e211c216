/** Where AWS is: a region, or an emulator's endpoint. */
export interface AwsOptions {
  region: string;
  /** Only where AWS is emulated. */
  endpoint?: string | undefined;
}

/**
 * Configuration of an AWS SDK client. An emulator takes any credentials, so fixed ones keep the SDK from searching the
 * machine for real ones. `deadlineMs` bounds one attempt; the SDK retries transient failures `attempts - 1` times.
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
