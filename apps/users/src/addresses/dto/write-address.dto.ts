import { AddressDto, addressDto, BooleanField } from '@app/http';

const IS_DEFAULT = { optional: true, description: 'true makes it the default instead of another.' };

export class CreateAddressDto extends AddressDto {
  @BooleanField({ ...IS_DEFAULT, example: false })
  is_default?: boolean;
}

/** Any part may be left out, and stays as it is; null removes one that may be missing. */
export class UpdateAddressDto extends addressDto({ optional: true }) {
  @BooleanField(IS_DEFAULT)
  is_default?: boolean;
}
