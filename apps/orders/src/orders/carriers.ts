import type { Parcel } from './shipment.entity.js';

/** Where each carrier shows a parcel, by what people call it; `{}` is its number. Addresses of 2026, from their own pages. */
const PAGES: readonly (readonly [name: RegExp, page: string])[] = [
  [/^dhl( express| paket| parcel)?$/, 'https://www.dhl.com/global-en/home/tracking.html?tracking-id={}'],
  [/^ups$/, 'https://www.ups.com/track?tracknum={}'],
  [/^fedex$/, 'https://www.fedex.com/fedextrack/?trknbr={}'],
  [/^usps$/, 'https://tools.usps.com/go/TrackConfirmAction?tLabels={}'],
  [/^dpd$/, 'https://www.dpdgroup.com/be/mydpd/my-parcels/track?parcelNumber={}'],
  [/^gls$/, 'https://gls-group.com/track/{}'],
  [/^(hermes|evri)$/, 'https://www.evri.com/track/parcel/{}'],
  [/^royal ?mail$/, 'https://www.royalmail.com/track-your-item#/tracking-results/{}'],
  [/^(la poste|colissimo)$/, 'https://www.laposte.fr/outils/suivre-vos-envois?code={}'],
  [/^post ?nl$/, 'https://jouw.postnl.nl/track-and-trace/{}'],
  [/^(österreichische post|austrian post|post\.at)$/, 'https://www.post.at/sv/sendungssuche?snr={}'],
  [/^(swiss post|die post|la poste suisse)$/, 'https://service.post.ch/ekp-web/ui/entry/search/{}'],
  [/^(poste italiane|poste)$/, 'https://www.poste.it/cerca/#/risultati-spedizioni/{}'],
  [/^correos$/, 'https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={}'],
  [/^canada post$/, 'https://www.canadapost-postescanada.ca/track-reperage/en#/details/{}'],
  [/^(australia post|auspost)$/, 'https://auspost.com.au/mypost/track/details/{}'],
];

/** Where the customer follows a parcel: what staff said, else the carrier's page; null if neither is known. */
export function trackingUrl({ carrier, tracking_number, tracking_url }: Parcel): string | null {
  if (tracking_url !== null) return tracking_url;
  if (carrier === null || tracking_number === null) return null;
  const name = carrier.trim().toLowerCase();
  const [, page] = PAGES.find(([known]) => known.test(name)) ?? [];
  return page?.replace('{}', encodeURIComponent(tracking_number)) ?? null;
}
