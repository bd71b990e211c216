import { AUDIT_ENTITIES, AUDIT_MIGRATIONS } from '@app/audit';
import type { DatabaseAccess, DatabaseOptions } from '@app/database';
import { IDEMPOTENCY_ENTITIES, IDEMPOTENCY_MIGRATIONS } from '@app/idempotency';
import { INBOX_ENTITIES, INBOX_MIGRATIONS, OUTBOX_ENTITIES, OUTBOX_MIGRATIONS } from '@app/outbox';
import { SESSIONS_ENTITIES, SESSIONS_MIGRATIONS } from '@app/sessions';
import { InventoryMovement } from '../stock/inventory-movement.entity.js';
import { Inventory } from '../stock/inventory.entity.js';
import { Category } from '../catalog/category.entity.js';
import { ProductCategory } from '../catalog/product-category.entity.js';
import { MediaFile } from '../media/media-file.entity.js';
import { ProductImage } from '../media/product-image.entity.js';
import { Product } from '../catalog/product.entity.js';
import { ReservationLine } from '../reservations/reservation-line.entity.js';
import { Reservation } from '../reservations/reservation.entity.js';
import { ProductWords } from '../catalog/product-words.entity.js';
import { ProductOptionValue } from '../catalog/product-option-value.entity.js';
import { ProductGroup } from '../groups/product-group.entity.js';
import { CreateProducts20261122000010 } from './migrations/20261122000010-create-products.js';
import { CreateInventory20261122000011 } from './migrations/20261122000011-create-inventory.js';
import { CreateReservations20261122000012 } from './migrations/20261122000012-create-reservations.js';
import { IndexCategories20261122000014 } from './migrations/20261122000014-index-categories.js';
import { CreateProductWords20261129000015 } from './migrations/20261129000015-create-product-words.js';
import { WeighAndTaxProducts20261130000016 } from './migrations/20261130000016-weigh-and-tax-products.js';
import { ConsumeByPart20261202000017 } from './migrations/20261202000017-consume-by-part.js';
import { CreateProductGroups20261205000018 } from './migrations/20261205000018-create-product-groups.js';
import { CreateCategories20261205000019 } from './migrations/20261205000019-create-categories.js';
import { CreateProductImages20261205000020 } from './migrations/20261205000020-create-product-images.js';

const ENTITIES = [
  Product,
  Inventory,
  InventoryMovement,
  Reservation,
  ReservationLine,
  ProductWords,
  ProductGroup,
  ProductOptionValue,
  Category,
  ProductCategory,
  ProductImage,
  MediaFile,
  ...IDEMPOTENCY_ENTITIES,
  ...OUTBOX_ENTITIES,
  ...SESSIONS_ENTITIES,
  ...INBOX_ENTITIES,
  ...AUDIT_ENTITIES,
];

const MIGRATIONS = [
  CreateProducts20261122000010,
  CreateInventory20261122000011,
  CreateReservations20261122000012,
  IndexCategories20261122000014,
  CreateProductWords20261129000015,
  WeighAndTaxProducts20261130000016,
  ConsumeByPart20261202000017,
  CreateProductGroups20261205000018,
  CreateCategories20261205000019,
  CreateProductImages20261205000020,
  ...IDEMPOTENCY_MIGRATIONS,
  ...OUTBOX_MIGRATIONS,
  ...SESSIONS_MIGRATIONS,
  ...INBOX_MIGRATIONS,
  ...AUDIT_MIGRATIONS,
];

/** The products service's own database. */
export function productsDatabase(access: DatabaseAccess): DatabaseOptions {
  return {
    ...access,
    defaultDatabase: 'commerce_products',
    entities: ENTITIES,
    migrations: MIGRATIONS,
  };
}
