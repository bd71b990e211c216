/**
 * Text that a spreadsheet would run as a formula: OWASP's list for "CSV injection", with the full-width forms that some
 * programs treat alike.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Prefixes formulas with an apostrophe, so that a spreadsheet shows them. `fromText` is the exact inverse. */
export function toText(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** Returns the text that `toText` was given. */
export function fromText(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** Its message is a sentence about one cell. */
export class CellError extends Error {}

/** Reads amounts as spreadsheets write them, in the platform's one currency. */
export class Amounts {
  private readonly signs: ReadonlySet<string>;

  /** @param currency ISO 4217 */
  constructor(private readonly currency: string) {
    this.signs = new Set([currency, ...signsOf(currency)]);
  }

  /**
   * Returns only the amount, with a decimal point, from `29,99`, `€ 1.299,00`, `1'299.00` or `1,299,000.00 USD`. Other
   * text is returned as it is: the rules of the field refuse it.
   *
   * @throws CellError for another currency, and for ambiguous amounts
   */
  read(cell: string): string {
    const [, before = '', digits, after = ''] = /^([^\d]*?)\s*(\d(?:.*\d)?)\s*([^\d]*)$/s.exec(cell.trim()) ?? [];
    const sign = before + after;
    if (digits === undefined || (sign !== '' && !/^[^-+()]*[\p{L}\p{Sc}][^-+()]*$/u.test(sign))) return cell;
    if (sign !== '' && !this.signs.has(normal(sign))) {
      throw new CellError(`price is in "${sign.slice(0, 10)}", and this platform sells in ${this.currency}.`);
    }
    return decimal(digits) ?? cell;
  }
}

/** The signs of a currency in English texts: `$` and `US$`, `€`, `zł`. */
function signsOf(currency: string): string[] {
  const signs = new Set<string>();
  for (const locale of ['en', 'en-CA']) {
    for (const currencyDisplay of ['symbol', 'narrowSymbol'] as const) {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay });
      for (const { type, value } of format.formatToParts(1)) if (type === 'currency') signs.add(normal(value));
    }
  }
  return [...signs];
}

const normal = (sign: string): string => sign.normalize('NFKC').toUpperCase();

/** Blanks and apostrophes between thousands, which are never a decimal separator. */
const GROUPING = /(?<=\d)[\s'’](?=\d{3}(?!\d))/g;

function decimal(text: string): string | undefined {
  const digits = text.replace(GROUPING, '');
  const separators = digits.replace(/\d/g, '');
  if (separators === '' || separators === '.') return digits;
  if (separators === ',') {
    if (!/^[1-9]\d{0,2},\d{3}$/.test(digits)) return digits.replace(',', '.');
    const [whole, thousand] = [digits.replace(',', ''), digits.replace(',', '.')];
    throw new CellError(`price "${text}" can be read as ${whole}.00 and as ${thousand}: write one of these.`);
  }
  if (!/^[.,]+$/.test(separators)) return undefined;
  const [grouping = '', point = ''] = [separators[0], separators.at(-1)];
  const end = point === grouping ? digits.length : digits.lastIndexOf(point);
  const whole = digits.slice(0, end);
  if (!new RegExp(`^\\d{1,3}(?:[${grouping}]\\d{3})+$`).test(whole)) return undefined;
  return whole.replaceAll(grouping, '') + digits.slice(end).replace(point, '.');
}
