import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import {
  type AddressInput,
  assertVersion,
  type Caller,
  type ExpectedVersions,
  type ListRequest,
  makeAddress,
  notFound,
  type Page,
} from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { UsersRepository } from '../accounts/users.repository.js';
import { MAX_ADDRESSES, oneIsDefault, tooManyAddresses } from './addresses.errors.js';
import { AddressesRepository } from './addresses.repository.js';
import type { SavedAddress } from './saved-address.entity.js';

/** Who acts on whose addresses. */
export interface Owner {
  caller: Caller;
  user_id: number;
}

export type NewAddress = AddressInput & { is_default?: boolean };

/**
 * Keeps the addresses of users. One of them is the default as long as there is any: the first one, until another takes
 * its place. Changes of one user run one at a time, under the lock of the user's row.
 */
@Injectable()
export class AddressesService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly addresses: AddressesRepository,
    private readonly idempotency: Idempotency,
  ) {}

  /** Oldest first. */
  async list(owner: Owner, request: ListRequest): Promise<Page<SavedAddress>> {
    await this.assertVisible(owner);
    return this.addresses.list(owner.user_id, request);
  }

  async get(owner: Owner, addressId: number): Promise<SavedAddress> {
    await this.assertVisible(owner);
    const saved = await this.addresses.find(owner.user_id, addressId);
    if (!saved) throw notFound('address');
    return saved;
  }

  /** @throws DomainError `too-many-addresses` */
  add(owner: Owner, input: NewAddress, { claim, answer }: Reply<SavedAddress>): Promise<SavedAddress> {
    return this.write(owner, async (tx, others) => {
      if (others.length >= MAX_ADDRESSES) throw tooManyAddresses();
      const isDefault = input.is_default || others.length === 0;
      if (isDefault) await this.endDefault(tx, others);
      const defaultOf = isDefault ? owner.user_id : null;
      const saved = await this.addresses.insert(tx, { userId: owner.user_id, address: makeAddress(input), defaultOf });
      await this.idempotency.commit(tx, claim, answer(saved), owner.user_id);
      return saved;
    });
  }

  /** A change without effect makes no new version. */
  change(
    owner: Owner,
    addressId: number,
    input: Partial<NewAddress>,
    ifMatch?: ExpectedVersions,
  ): Promise<SavedAddress> {
    return this.write(owner, async (tx, all) => {
      const saved = pick(all, addressId, ifMatch);
      if (input.is_default === false && saved.isDefault) throw oneIsDefault();
      const address = makeAddress({ ...saved.address, ...input });
      const becomesDefault = input.is_default === true && !saved.isDefault;
      if (becomesDefault) await this.endDefault(tx, all);
      const change = {
        ...(JSON.stringify(address) !== JSON.stringify(saved.address) && { address }),
        ...(becomesDefault && { defaultOf: saved.userId }),
      };
      if (Object.keys(change).length > 0) await this.addresses.change(tx, saved, change);
      return saved;
    });
  }

  /** After the default one the oldest address is the default. */
  async remove(owner: Owner, addressId: number, ifMatch?: ExpectedVersions): Promise<void> {
    await this.write(owner, async (tx, all) => {
      const saved = pick(all, addressId, ifMatch);
      await this.addresses.remove(tx, saved);
      const next = all.find((other) => other !== saved);
      if (saved.isDefault && next) await this.addresses.change(tx, next, { defaultOf: next.userId });
    });
  }

  private async endDefault(tx: Tx, all: readonly SavedAddress[]): Promise<void> {
    const former = all.find(({ isDefault }) => isDefault);
    if (former) await this.addresses.change(tx, former, { defaultOf: null });
  }

  private async write<T>(owner: Owner, work: (tx: Tx, all: SavedAddress[]) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      const user = await this.users.lockChangeable(tx, owner.caller, owner.user_id);
      if (!user) throw notFound('user');
      return work(tx, await this.addresses.ofUser(tx, user.userId));
    });
  }

  private async assertVisible({ caller, user_id }: Owner): Promise<void> {
    if (!(await this.users.findVisible(caller, user_id))) throw notFound('user');
  }
}

function pick(all: readonly SavedAddress[], addressId: number, ifMatch: ExpectedVersions | undefined): SavedAddress {
  const saved = all.find((each) => each.addressId === addressId);
  if (!saved) throw notFound('address');
  assertVersion(saved.version, ifMatch);
  return saved;
}
