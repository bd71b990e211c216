import { FirstAdmin } from './first-admin.js';
import { emailTaken } from '../accounts/users.errors.js';
import type { UsersService } from './users.service.js';

const configured = { email: 'root@example.com', password: 'the first administrator' };

describe('FirstAdmin', () => {
  const users = { hasAdmin: jest.fn<Promise<boolean>, []>(), createAdmin: jest.fn<Promise<void>, [object]>() };
  const firstAdmin = (config: { email: string | undefined; password: string | undefined } = configured) =>
    new FirstAdmin(users as unknown as UsersService, config);
  beforeEach(() => {
    users.hasAdmin.mockReset().mockResolvedValue(false);
    users.createAdmin.mockReset().mockResolvedValue(undefined);
  });

  it('is created from the configuration when there is none', async () => {
    await firstAdmin().ensure();
    expect(users.createAdmin).toHaveBeenCalledWith({ ...configured, full_name: 'Administrator' });
  });

  it('is not created when there is one, or when nothing is configured', async () => {
    await firstAdmin({ email: 'root@example.com', password: undefined }).ensure();
    users.hasAdmin.mockResolvedValue(true);
    await firstAdmin().ensure();
    expect(users.createAdmin).not.toHaveBeenCalled();
  });

  it('never takes over an account that has the address already', async () => {
    users.createAdmin.mockRejectedValue(emailTaken());
    await expect(firstAdmin().ensure()).resolves.toBeUndefined();
  });

  it('stops the start for any other failure', async () => {
    users.createAdmin.mockRejectedValue(new Error('the disk is full'));
    await expect(firstAdmin().ensure()).rejects.toThrow('the disk is full');
  });
});
