import type { Address } from '@app/kernel';
import { IsOptional, Length, Matches } from 'class-validator';

/** A postal address. */
export class AddressPayload implements Address {
  @Length(1, 100)
  name: string;

  @IsOptional()
  @Length(1, 100)
  company?: string;

  @Length(1, 100)
  line1: string;

  @IsOptional()
  @Length(1, 100)
  line2?: string;

  @Length(1, 100)
  city: string;

  @IsOptional()
  @Length(1, 100)
  region?: string;

  @IsOptional()
  @Length(1, 20)
  postal_code?: string;

  @Matches(/^[A-Z]{2}$/, { message: '$property must be a country of ISO 3166-1 alpha-2' })
  country: string;

  @IsOptional()
  @Matches(/^\+[1-9]\d{1,14}$/, { message: '$property must be a phone number of E.164' })
  phone?: string;
}
