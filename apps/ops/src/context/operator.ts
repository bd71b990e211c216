import { hostname, userInfo } from 'node:os';
import { Injectable } from '@nestjs/common';

/** Who gives the commands. */
@Injectable()
export class Operator {
  /** As the audit log names them: the user of this machine. */
  name(): Promise<string> {
    return Promise.resolve(`${userInfo().username}@${hostname()}`);
  }
}
