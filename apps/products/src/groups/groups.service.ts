import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { assertVersion, type Caller, type ExpectedVersions, hasRole, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type CachedAnswer, CatalogCache, type LookupResult } from '../cache/catalog-cache.js';
import { Invalidations, type RecordedChange } from '../cache/invalidations.js';
import { NewProducts } from '../catalog/new-products.js';
import type { OptionValues, VariantOf } from '../catalog/option-values.js';
import type { CategoryInput } from '../catalog/product-categories.service.js';
import type { ProductInput } from '../catalog/product-fields.js';
import { type CatalogProduct, ProductsRepository } from '../catalog/products.repository.js';
import { assertDistinct, assertKept, valuesWithin } from './group-options.js';
import { groupNotEmpty, MAX_VARIANTS, tooManyVariants, variantExists } from './groups.errors.js';
import { type GroupFields, GroupsRepository } from './groups.repository.js';
import type { GroupOption, ProductGroup } from './product-group.entity.js';

export interface GroupInput {
  name: string;
  description?: string | null;
  options: GroupOption[];
}

/** A product, named after its group if it has no name of its own. */
export type VariantInput = Omit<ProductInput, 'name'> & CategoryInput & { name?: string; option_values: OptionValues };

/** A group with its variants on sale, in the order of its options' values. */
export interface GroupWithVariants {
  group: ProductGroup;
  variants: CatalogProduct[];
}

/** Keeps product groups, and adds products to them as variants. */
@Injectable()
export class GroupsService {
  // eslint-disable-next-line max-params -- a variant is made with its product, cache notice and idempotent answer in one transaction
  constructor(
    private readonly database: Database,
    private readonly groups: GroupsRepository,
    private readonly products: ProductsRepository,
    private readonly making: NewProducts,
    private readonly cache: CatalogCache,
    private readonly invalidations: Invalidations,
    private readonly idempotency: Idempotency,
  ) {}

  /** Staff never get a cached answer, which `answer` makes. */
  async show(
    groupId: number,
    answer: (found: GroupWithVariants) => CachedAnswer,
    caller?: Caller,
  ): Promise<LookupResult> {
    const load = async () => {
      const group = await this.groups.find(groupId);
      return group && answer(await this.withVariants(group));
    };
    return hasRole(caller, 'staff') ? [await load(), 'BYPASS'] : this.cache.group(groupId, load);
  }

  list(
    request: ListRequest,
    answer: (page: Page<ProductGroup>, request: ListRequest) => CachedAnswer,
    caller?: Caller,
  ): Promise<LookupResult> {
    const load = async () => answer(await this.groups.list(request), request);
    if (hasRole(caller, 'staff')) return this.cache.uncachedList(load);
    return this.cache.list(JSON.stringify(['product-groups', request]), load);
  }

  async create(input: GroupInput, { claim, answer }: Reply<GroupWithVariants>): Promise<GroupWithVariants> {
    assertDistinct(input.options);
    return this.changed(async (tx) => {
      const group = await this.groups.insert(tx, fieldsOf(input));
      const made = { group, variants: [] };
      await this.idempotency.commit(tx, claim, answer(made));
      // The cache may also hold that the group does not exist.
      return [made, await this.invalidations.record(tx, { groups: [group.groupId], lists: true })];
    });
  }

  /** Fields that are left out stay as they are. @throws DomainError `options-in-use` */
  async change(groupId: number, input: Partial<GroupInput>, version?: ExpectedVersions): Promise<GroupWithVariants> {
    if (input.options) assertDistinct(input.options);
    return this.changed(async (tx) => {
      const group = await this.groups.lockForChange(tx, groupId);
      assertVersion(group.version - 1, version);
      Object.assign(group, fieldsOf({ ...group, ...input }));
      const found = await this.withVariants(group, tx);
      assertKept(
        group.options,
        found.variants.map(({ optionValues }) => optionValues ?? {}),
      );
      await this.groups.replace(tx, group);
      return [found, await this.invalidations.record(tx, { groups: [groupId], lists: true })];
    });
  }

  /** Variants that are archived stay, as products of no group. @throws DomainError `group-not-empty` */
  async remove(groupId: number, version?: ExpectedVersions): Promise<void> {
    await this.changed(async (tx) => {
      const group = await this.groups.lockForChange(tx, groupId);
      assertVersion(group.version - 1, version);
      if ((await this.products.variantsOf(groupId, tx)).length > 0) throw groupNotEmpty();
      await this.products.leaveGroup(tx, groupId);
      await this.groups.remove(tx, groupId);
      return [undefined, await this.invalidations.record(tx, { groups: [groupId], lists: true })];
    });
  }

  /** @throws DomainError `variant-exists`, `too-many-variants`, `sku-taken` */
  async addVariant(
    groupId: number,
    input: VariantInput,
    by: number,
    reply: Reply<CatalogProduct>,
  ): Promise<CatalogProduct> {
    const { option_values, ...fields } = input;
    try {
      return await this.changed(async (tx) => {
        const group = await this.groups.lock(tx, groupId);
        if ((await this.products.variantsOf(groupId, tx)).length >= MAX_VARIANTS) throw tooManyVariants();
        const variant: VariantOf = { groupId, optionValues: valuesWithin(group.options, option_values) };
        const { name = nameOf(group, variant.optionValues) } = input;
        const { product, change } = await this.making.make(tx, { ...fields, name, by, variant }, reply);
        return [product, change];
      });
    } catch (error) {
      throw this.products.isVariantTaken(error) ? variantExists() : this.making.failure(error);
    }
  }

  private async withVariants(group: ProductGroup, tx?: Tx): Promise<GroupWithVariants> {
    const variants = await this.products.variantsOf(group.groupId, tx);
    const places = new Map(variants.map((variant) => [variant, placeOf(group.options, variant)]));
    const place = (variant: CatalogProduct): number => places.get(variant) ?? 0;
    return { group, variants: variants.sort((a, b) => place(a) - place(b)) };
  }

  private async changed<T>(work: (tx: Tx) => Promise<[result: T, change: RecordedChange]>): Promise<T> {
    const [result, change] = await this.database.transaction(work);
    await this.invalidations.carryOut(change);
    return result;
  }
}

function fieldsOf({ name, description = null, options }: GroupInput): GroupFields {
  return { name, description, options: options.map(({ name, values }) => ({ name, values })) };
}

/** A column's length. */
const MAX_NAME = 255;

function nameOf({ name }: ProductGroup, values: OptionValues): string {
  return [...[name, ...Object.values(values)].join(', ')].slice(0, MAX_NAME).join('');
}

/** Counts through the options' values: the first option is the highest digit. */
function placeOf(options: readonly GroupOption[], { optionValues }: CatalogProduct): number {
  return options.reduce(
    (place, { name, values }) => place * (values.length + 1) + values.indexOf(optionValues?.[name] ?? '') + 1,
    0,
  );
}
