import type { Commands } from '@app/messaging';

export interface Customer {
  user_id: number;
  email: string;
  full_name: string;
  /** Missing if the users service still runs an earlier release. */
  email_verified?: boolean;
}

/** Whoever buys: a customer, or a guest who has said where to write to. */
export type Buyer = Customer | { user_id: null; email: string; full_name: null; email_verified: false };

export const guest = (email: string): Buyer => ({ user_id: null, email, full_name: null, email_verified: false });

/** Reads customers from the users service. */
export class CustomersClient {
  constructor(private readonly commands: Commands) {}

  /** @throws DomainError `unknown-user` */
  get(userId: number): Promise<Customer> {
    return this.commands.ask<Customer>('users.get', { user_id: userId }, { idempotent: true });
  }
}
