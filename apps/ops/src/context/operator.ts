import { localOperator } from '@app/audit';
import { awsClientConfig } from '@app/messaging';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Injectable } from '@nestjs/common';
import { Place } from './place.js';

/** The person who runs the commands. */
@Injectable()
export class Operator {
  constructor(private readonly place: Place) {}

  /** Returns the name for the audit log: the user of this machine, or the AWS caller. */
  async name(): Promise<string> {
    if (this.place.stage === 'local') return localOperator();
    const sts = new STSClient(awsClientConfig(await this.place.aws(), { deadlineMs: 10_000, attempts: 3 }));
    try {
      const { Arn: arn, Account: account } = await sts.send(new GetCallerIdentityCommand({}));
      return arn ?? `account ${account ?? 'unknown'}`;
    } finally {
      sts.destroy();
    }
  }
}
