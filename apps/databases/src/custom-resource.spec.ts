import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@app/telemetry';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerCloudFormation } from './custom-resource.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const PLENTY = { getRemainingTimeInMillis: () => 580_000 };

let cloudFormation: Server;
let address: string;
let answers: Record<string, unknown>[];
let status: number;

beforeAll(async () => {
  cloudFormation = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // Its addresses are signed for a PUT without a type.
      expect([request.method, request.headers['content-type']]).toEqual(['PUT', '']);
      answers.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      response.writeHead(status).end();
    });
  });
  cloudFormation.listen(0, '127.0.0.1');
  await once(cloudFormation, 'listening');
  address = `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`;
});
afterAll(() => {
  cloudFormation.closeAllConnections();
  cloudFormation.close();
});
beforeEach(() => {
  answers = [];
  status = 200;
});

const asked = (RequestType: 'Create' | 'Update' | 'Delete', Digest: string): CloudFormationCustomResourceEvent =>
  ({
    RequestType,
    ResponseURL: address,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Databases',
    ResourceProperties: { Digest },
  }) as unknown as CloudFormationCustomResourceEvent;

describe('the custom resource that prepares the databases', () => {
  it.each([
    ['is created', 'Create', 'this release', 1],
    ['is updated to this release', 'Update', 'this release', 1],
    ['is rolled back to another release', 'Update', 'the release before', 0],
    ['is deleted', 'Delete', 'this release', 0],
  ] as const)('when it %s', async (_, type, digest, works) => {
    const work = jest.fn(() => Promise.resolve());
    await answerCloudFormation(asked(type, digest), PLENTY, { digest: 'this release', work, logger });
    expect(work).toHaveBeenCalledTimes(works);
    // Always the same id: another one would have CloudFormation delete the former resource.
    expect(answers).toEqual([
      {
        Status: 'SUCCESS',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Databases',
        PhysicalResourceId: 'commerce-databases',
      },
    ]);
  });

  it('tells CloudFormation why its work failed, so that the stack rolls back', async () => {
    const work = () => Promise.reject(new Error('Duplicate column'));
    await answerCloudFormation(asked('Update', 'a'), PLENTY, { digest: 'a', work, logger });
    expect(answers).toEqual([expect.objectContaining({ Status: 'FAILED', Reason: 'Error: Duplicate column' })]);
  });

  it('fails in words while there is time, instead of being ended without an answer', async () => {
    const endless = () => new Promise<void>(() => undefined);
    const soonOver = { getRemainingTimeInMillis: () => 10_050 };
    await answerCloudFormation(asked('Create', 'a'), soonOver, { digest: 'a', work: endless, logger });
    expect(answers[0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('longer') as string });
  });

  it('fails itself when CloudFormation does not take the answer, so that Lambda asks again', async () => {
    status = 403;
    const work = () => Promise.resolve();
    const answer = answerCloudFormation(asked('Create', 'a'), PLENTY, { digest: 'a', work, logger });
    await expect(answer).rejects.toThrow('refused the outcome with 403');
  });
});
