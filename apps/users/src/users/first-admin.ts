import { DomainError } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { UsersService } from './users.service.js';

/** Creates the configured administrator at the start if there is none; later starts change no account. */
export class FirstAdmin {
  private readonly logger = new Logger('FirstAdmin');

  constructor(
    private readonly users: UsersService,
    private readonly configured: { email: string | undefined; password: string | undefined },
  ) {}

  async ensure(): Promise<void> {
    const { email, password } = this.configured;
    if (email === undefined || password === undefined || (await this.users.hasAdmin())) return;
    try {
      await this.users.createAdmin({ email, password, full_name: 'Administrator' });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'email-taken') throw error;
      // Another instance was faster, or somebody else registered the address and must not become an administrator.
      if (!(await this.users.hasAdmin())) {
        this.logger.error(
          'ADMIN_EMAIL belongs to an ordinary account: no administrator was created. Choose another address.',
        );
      }
    }
  }
}
