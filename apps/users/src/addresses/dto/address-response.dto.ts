import { AddressDto, BooleanField, IdField, IntegerField, pageDto, TimeField } from '@app/http';
import type { SavedAddress } from '../saved-address.entity.js';

export class SavedAddressResponseDto extends AddressDto {
  @IdField()
  address_id: number;

  @IdField()
  user_id: number;

  @BooleanField({ description: 'Exactly one of a user’s addresses is the default.' })
  is_default: boolean;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1, description: 'Rises with every change; also the ETag.' })
  version: number;
}

export class SavedAddressListDto extends pageDto('addresses', SavedAddressResponseDto) {}

export function toAddressResponse(saved: SavedAddress): SavedAddressResponseDto {
  return {
    address_id: saved.addressId,
    user_id: saved.userId,
    ...saved.address,
    is_default: saved.isDefault,
    created_at: saved.createdAt.toISOString(),
    updated_at: saved.updatedAt.toISOString(),
    version: saved.version,
  };
}
