import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { assertVersion, type Caller, type ExpectedVersions, hasRole, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import {
  MAX_SHIPPING_METHODS,
  noSuchShippingMethod,
  shippingCodeTaken,
  stepsNeeded,
  tooManyShippingMethods,
} from './pricing.errors.js';
import { PricingSettings } from './pricing.settings.js';
import type { ShippingBasis } from './shipping.js';
import type { ShippingMethod } from './shipping-method.entity.js';
import { type ShippingFields, ShippingMethodsRepository } from './shipping-methods.repository.js';
import { readSteps, writeStart, type WrittenStep } from './shipping-steps.js';

export interface ShippingInput {
  code: string;
  name: string;
  by: ShippingBasis;
  steps: WrittenStep[];
  countries?: string[];
  free_from?: number | null;
  position?: number;
  active?: boolean;
}

/** Keeps the ways of shipping. Only staff know those that are not active. */
@Injectable()
export class ShippingMethodsService {
  constructor(
    private readonly database: Database,
    private readonly methods: ShippingMethodsRepository,
    private readonly idempotency: Idempotency,
    private readonly settings: PricingSettings,
  ) {}

  list(request: ListRequest, caller: Caller | undefined): Promise<Page<ShippingMethod>> {
    return this.methods.list({ activeOnly: !hasRole(caller, 'staff') }, request);
  }

  async get(shippingMethodId: number, caller: Caller | undefined): Promise<ShippingMethod> {
    const method = await this.methods.find(shippingMethodId);
    if (!method || !(method.isActive || hasRole(caller, 'staff'))) throw noSuchShippingMethod();
    return method;
  }

  /** @throws DomainError `shipping-code-taken`, `too-many-shipping-methods` */
  async create(input: ShippingInput, { claim, answer }: Reply<ShippingMethod>): Promise<ShippingMethod> {
    return this.write(async (tx) => {
      if ((await this.methods.count(tx)) >= MAX_SHIPPING_METHODS) throw tooManyShippingMethods();
      const method = await this.methods.insert(tx, this.fieldsOf(input));
      await this.idempotency.commit(tx, claim, answer(method));
      return method;
    });
  }

  /** @throws DomainError `shipping-code-taken` */
  async change(id: number, input: Partial<ShippingInput>, ifMatch?: ExpectedVersions): Promise<ShippingMethod> {
    return this.write(async (tx) => {
      const method = await this.methods.lockForChange(tx, id);
      assertVersion(method.version - 1, ifMatch);
      const fields = this.changed(method, input);
      await this.methods.change(tx, method, fields);
      return Object.assign(method, fields);
    });
  }

  /** Orders keep a copy of what they need. */
  async remove(id: number, ifMatch?: ExpectedVersions): Promise<void> {
    await this.database.transaction(async (tx) => {
      const method = await this.methods.lockForChange(tx, id);
      assertVersion(method.version - 1, ifMatch);
      await this.methods.remove(tx, method);
    });
  }

  private fieldsOf({ by, steps, ...input }: ShippingInput): ShippingFields {
    const { code, name, countries = [], free_from: freeFrom = null, position = 0, active: isActive = true } = input;
    const read = readSteps(steps, by, this.settings.currency);
    return { code, name, by, steps: read, countries: [...new Set(countries)], freeFrom, position, isActive };
  }

  private changed(method: ShippingMethod, input: Partial<ShippingInput>): ShippingFields {
    const { by, code, name, countries, position } = method;
    if (input.by !== undefined && input.by !== by && !input.steps) throw stepsNeeded();
    const steps = method.steps.map(({ from, price }) => ({
      from: writeStart(from, by, this.settings.currency),
      price,
    }));
    const present = { code, name, by, steps, countries, position, free_from: method.freeFrom, active: method.isActive };
    return this.fieldsOf({ ...present, ...input });
  }

  private async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      throw this.methods.isCodeTaken(error) ? shippingCodeTaken() : error;
    }
  }
}
