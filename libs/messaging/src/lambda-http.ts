import { InvokeCommand, LambdaClient as AwsLambdaClient, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { type AwsOptions, awsClientConfig } from './aws-options.js';

const MAX_WAIT_MS = 10_000;

/** Sends GET requests to functions that handle API Gateway's events, without API Gateway; authorised by IAM. */
export class LambdaHttp {
  private readonly lambda: AwsLambdaClient;

  constructor(options: AwsOptions) {
    this.lambda = new AwsLambdaClient(awsClientConfig(options, { deadlineMs: MAX_WAIT_MS, attempts: 1 }));
  }

  /**
   * Returns 429 when the function is throttled.
   *
   * @throws Error when the function failed.
   */
  async get(functionName: string, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const input = { FunctionName: functionName, Payload: Buffer.from(JSON.stringify(requestFor(path))) };
    const answered = await this.lambda.send(new InvokeCommand(input)).catch((error: unknown) => {
      if (error instanceof TooManyRequestsException) return undefined;
      throw error;
    });
    if (!answered) return { status: 429, body: {} };
    const { FunctionError: failure, Payload: payload } = answered;
    if (failure) throw new Error(`${functionName} failed.`);
    const answer = JSON.parse(Buffer.from(payload ?? '{}').toString('utf8')) as Answer;
    const text = answer.isBase64Encoded ? Buffer.from(answer.body, 'base64').toString('utf8') : answer.body;
    return { status: answer.statusCode, body: JSON.parse(text) as Record<string, unknown> };
  }
}

interface Answer {
  statusCode: number;
  body: string;
  isBase64Encoded?: boolean;
}

/** API Gateway's payload, format 2.0. */
function requestFor(path: string): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'lambda', accept: 'application/json' },
    requestContext: {
      http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'front' },
      stage: '$default',
    },
    isBase64Encoded: false,
  };
}
