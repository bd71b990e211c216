/** What prices mean on this stage; a class, so that it is its own injection token. */
export abstract class PricingSettings {
  /** ISO 4217; every price of this stage is in it. */
  abstract readonly currency: string;
  /** Whether prices include the tax, or it is added. */
  abstract readonly pricesIncludeTax: boolean;
}
